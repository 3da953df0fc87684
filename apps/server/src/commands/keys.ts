import { parseArgs } from 'node:util'
import { RootUnavailable, withKeysLocked } from '#platform/keystore'
import { type Changed, changeRecipients, findRecipients, type RecipientChange, rewriteHeaders } from '#vault'
import { type Installation, openInstallation } from './installation.ts'
import { sentenceOf } from './stored.ts'

const usage = `Usage: npx getuige keys rotate-root [--demo]
       npx getuige keys rotate-escrow [--demo]
       npx getuige keys recipients [add AGE1… --label WHO | remove AGE1… | go-on] [--demo]

rotate-root    Puts a new root key in the place of the current one, in the driver that GETUIGE_KEYSTORE names, and wraps
               every secret anew. The old one is destroyed at the end. Ends a rotation that was cut short.
rotate-escrow  Makes a new escrow identity and writes every header anew for it. The old one is destroyed at the end.
               Then write the new one out: npx getuige escrow identity FILE
recipients     Who else can open headers: lists them, adds one (such as a prosecutor, who keeps the identity), removes
               one, or goes on with headers where it was cut short.

All of them work beside a running server, leave recordings as they lie, and enter what they did in the custody log.
Exit code 0: done; 1: done, but some headers could not be opened; 2: could not.
`

process.exitCode = await run()

async function run(): Promise<0 | 1 | 2> {
  try {
    const options = {
      label: { type: 'string' },
      demo: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    } as const
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    const [what, ...rest] = positionals
    const work = values.help ? undefined : findWork(what, rest, values.label)
    if (work === undefined) {
      process.stdout.write(usage)
      return values.help ? 0 : 2
    }
    await using installation = await openInstallation({ isDemo: values.demo })
    return await work(installation)
  } catch (error) {
    process.stderr.write(`Could not: ${error instanceof RootUnavailable ? error.sentence : sentenceOf(error)}\n`)
    return 2
  }
}

type Work = (installation: Installation) => Promise<0 | 1>

function findWork(what: string | undefined, rest: readonly string[], label: string | undefined): Work | undefined {
  if (what === 'rotate-root' && rest.length === 0) return rotateRoot
  if (what === 'rotate-escrow' && rest.length === 0) return change({ what: 'new-identity' })
  if (what !== 'recipients') return undefined
  const [verb, recipient, ...more] = rest
  if (more.length > 0) return undefined
  if (verb === undefined) return listRecipients
  if (verb === 'go-on' && recipient === undefined) return goOn
  if (verb === 'add' && recipient !== undefined && label !== undefined)
    return change({ what: 'add', added: { recipient, label } })
  if (verb === 'remove' && recipient !== undefined) return change({ what: 'remove', recipient })
  return undefined
}

async function rotateRoot({ server, actors }: Installation): Promise<0> {
  const { db, keystore, modules } = server
  const { rootId, formerIds, rewrapped } = await withKeysLocked(db, async () => {
    const rotated = await keystore.rotateRoot(tellEvery('secrets wrapped anew'))
    for (const actor of actors) {
      await modules.custody.act(actor, (_tx, record) =>
        record({
          type: 'root-key-rotated',
          recordingId: null,
          details: { root: rotated.rootId, former: rotated.formerIds, secrets: rotated.rewrapped },
        }),
      )
    }
    return rotated
  })
  say(`The root key is now ${rootId}; ${formerIds.join(', ')} is destroyed. ${rewrapped} secrets were wrapped anew.`)
  return 0
}

async function listRecipients({ server }: Installation): Promise<0> {
  const { set, recipient, others, older } = await findRecipients(server)
  say(`Recipients number ${set}:`)
  say(`  ${recipient}  the escrow identity of this installation`)
  for (const other of others) say(`  ${other.recipient}  ${other.label}`)
  if (older > 0) say(`${older} headers are not for them yet: npx getuige keys recipients go-on`)
  return 0
}

const goOn: Work = async (installation) =>
  tellChanged(await rewriteHeaders(depsOf(installation), tellEvery('headers written anew')))

function change(asked: RecipientChange): Work {
  return async (installation) =>
    tellChanged(await changeRecipients(depsOf(installation), asked, tellEvery('headers written anew')))
}

function depsOf({ server, actors }: Installation) {
  const { db, keystore, modules } = server
  return { db, keystore, actors, act: modules.custody.act }
}

function tellChanged({ set, rewritten, unopened }: Changed): 0 | 1 {
  say(`Recipients number ${set}: ${rewritten} headers were written anew.`)
  if (unopened === 0) return 0
  say(`${unopened} could not be opened, and so the former recipients stay. npx getuige fsck says which.`)
  return 1
}

function tellEvery(what: string): (done: number) => void {
  let told = 0
  return (done) => {
    if (done - told < 1000) return
    told = done
    say(`${done} ${what} …`)
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
