import { createHash } from 'node:crypto'
import { fromHex } from '@getuige/base'
import { AgeFileError, readAgeFile } from '../age/index.ts'
import { StartError } from '../errors/index.ts'
import { type About, aboutName, aboutSchema, jobsPart, secretName, sumsName, tablePart } from './layout.ts'
import { type Member, readTar, TarError } from './tar.ts'

/** The back-up cannot be relied on: a sentence says what is wrong with it. */
export class BackupError extends StartError {}

/** A back-up that was read to its end and found whole. Reading it again is checked against what was found. */
export type CheckedBackup = Readonly<{
  about: About
  secrets: ReadonlyMap<string, Uint8Array>
  /** The members once more, each checked; throws when the file is no longer the one that was checked. */
  members(): AsyncGenerator<Member>
}>

/**
 * Read a back-up to its end, a part in memory at a time: every chunk by its tag, every member by its digest, and that
 * nothing is missing, doubled or beyond what it says it holds. Throws `BackupError`.
 */
export async function checkBackup(path: string, identities: readonly string[]): Promise<CheckedBackup> {
  const digests = new Map<string, string>()
  const secrets = new Map<string, Uint8Array>()
  let aboutText: string | undefined
  let sums: string | undefined
  for await (const { name, bytes } of readMembers(path, identities)) {
    if (sums !== undefined || digests.has(name)) throw new BackupError(`The back-up holds ${name} where it may not be.`)
    if (name === sumsName) {
      sums = bytes.toString()
      continue
    }
    digests.set(name, digestOf(bytes))
    if (name === aboutName) aboutText = bytes.toString()
    if (name.startsWith(secretName(''))) secrets.set(name.slice(secretName('').length), secretOf(name, bytes))
  }
  const expected = [...digests].map(([name, digest]) => `${digest}  ${name}\n`).join('')
  if (sums === undefined || aboutText === undefined || sums !== expected)
    throw new BackupError('The digests of the back-up are not those of what it holds.')
  const about = parseAbout(aboutText)
  requireParts(about, digests)
  if (about.secrets.toSorted().join() !== [...secrets.keys()].toSorted().join())
    throw new BackupError('The back-up does not hold the keys that it says it holds.')

  return {
    about,
    secrets,
    async *members() {
      for await (const member of readMembers(path, identities)) {
        const isChanged = member.name !== sumsName && digests.get(member.name) !== digestOf(member.bytes)
        if (isChanged) throw new BackupError('The file was changed while it was read.')
        yield member
      }
    },
  }
}

async function* readMembers(path: string, identities: readonly string[]): AsyncGenerator<Member> {
  try {
    yield* readTar(readAgeFile(path, identities))
  } catch (cause) {
    if (cause instanceof AgeFileError) throw new BackupError(cause.message, { cause })
    if (cause instanceof TarError)
      throw new BackupError(`The archive inside is not a back-up: ${cause.message}.`, { cause })
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES')
      throw new BackupError(`The file cannot be read: ${(cause as Error).message}`, { cause })
    throw cause
  }
}

function parseAbout(text: string): About {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new BackupError('about.json of the back-up is not JSON.', { cause })
  }
  const parsed = aboutSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new BackupError(`This version cannot read the back-up: ${issues.join('; ')}`)
}

/** Every table's parts are numbered from one without a gap, and there is no part of a table nobody named. */
function requireParts({ tables }: About, digests: ReadonlyMap<string, string>): void {
  let parts = 0
  for (const { name } of tables) for (let part = 1; digests.has(tablePart(name, part)); part += 1) parts += 1
  for (let part = 1; digests.has(jobsPart(part)); part += 1) parts += 1
  const held = [...digests.keys()].filter((name) => name.startsWith('tables/') || name.startsWith('waiting-jobs/'))
  if (held.length !== parts) throw new BackupError('Parts of a table are missing from the back-up.')
}

function secretOf(name: string, bytes: Buffer): Uint8Array {
  const text = bytes.toString().trim()
  if (!/^([0-9a-f]{2})+$/.test(text)) throw new BackupError(`${name} of the back-up is not a key.`)
  return fromHex(text)
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
