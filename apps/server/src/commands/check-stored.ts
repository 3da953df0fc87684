import { checkPowers, checkSaid } from '#oversight'
import { checkRegister } from '#recordings'
import { listHoldsInForce } from '#retention'
import { checkVault } from '#vault'
import type { Stored } from './stored.ts'

export type StoredCheck = Readonly<{
  /** What is wrong with the custody logs, and between them and the rows of register, people and grants, in number. */
  logFindings: number
  recordings: number
  /** Those that lack an object or a key, or whose object is not what it should be. */
  damaged: ReadonlySet<string>
}>

/**
 * Derive every custody log again, and hold every recording that is kept against its objects and keys. Says what is wrong,
 * a line each, with ids and no names.
 */
export async function checkStored(
  { custody, recordings, db, objects, keystore }: Stored,
  { isDeep, say }: Readonly<{ isDeep: boolean; say(line: string): void }>,
): Promise<StoredCheck> {
  const logs = await custody.check()
  if (logs.length === 0) say('There is no custody log yet.')
  for (const { origin, size, entries, wordsErased, findings } of logs) {
    say(`${findings.length === 0 ? 'ok    ' : 'WRONG '} ${origin}: ${entries} entries read, ${size} signed`)
    if (wordsErased > 0) say(`       words erased lawfully: of ${wordsErased} entries`)
    for (const { what, sentence } of findings) say(`       ${what}: ${sentence}`)
  }

  const register = await checkRegister(db, { listHoldsInForce })
  const agrees = register.findings.length === 0 ? 'ok    ' : 'WRONG '
  say(`${agrees} register: ${register.recordings} recordings held against the custody log`)
  for (const { what, sentence } of register.findings) say(`       ${what}: ${sentence}`)

  const powers = await db.everyCorps
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => ({ ...(await checkPowers(tx)), said: await checkSaid(tx) }))
  const entered = powers.findings.length === 0 ? 'ok    ' : 'WRONG '
  say(`${entered} powers: ${powers.people} people and ${powers.grants} grants held against the custody log`)
  for (const { what, sentence } of powers.findings) say(`       ${what}: ${sentence}`)
  say(
    `${powers.said.length === 0 ? 'ok    ' : 'WRONG '} notes, clocks, tags, sidecars, proxies and probes held against the custody log`,
  )
  for (const { what, sentence } of powers.said) say(`       ${what}: ${sentence}`)

  const damaged = new Set<string>()
  const checked = await checkVault(
    { db, objects, keystore },
    {
      listKept: recordings.listKept,
      isKept: recordings.isKept,
      isDeep,
      tell({ what, recordingId, sentence }) {
        damaged.add(recordingId)
        say(`       ${what}: ${sentence}`)
      },
      signal: new AbortController().signal,
    },
  )
  const verdict = damaged.size === 0 ? 'ok    ' : 'WRONG '
  const how = isDeep ? 'have their keys, and every byte of their objects' : 'have their objects and keys'
  say(`${verdict} vault: ${checked.recordings - damaged.size} of ${checked.recordings} recordings ${how}`)
  const logFindings = logs.reduce((sum, { findings }) => sum + findings.length, 0)
  const rowFindings = register.findings.length + powers.findings.length + powers.said.length
  return { logFindings: logFindings + rowFindings, recordings: checked.recordings, damaged }
}
