import type { JsonValue } from '@getuige/base'
import {
  containerMembers,
  describeMember,
  formatVkey,
  parseAsicManifest,
  parseBagInfo,
  parseManifest,
  parseTrail,
  parseVkey,
  ProofError,
} from '@getuige/proof'
import type { ContainerMember, DisclosedEntry, DisclosedTrail } from '@getuige/proof'
import type { Member } from '../read-package.ts'

/** What the checks look at. Undefined stands for what is absent or cannot be read: no check may pass on it. */
export type PackageContents = Readonly<{
  /** In the order of the file; a name may stand here twice. */
  members: readonly Member[]
  byName: ReadonlyMap<string, Member>
  bagInfo: ReadonlyMap<string, string> | undefined
  /** Digest by name. */
  manifest: ReadonlyMap<string, string> | undefined
  signedManifest: ReadonlyMap<string, string> | undefined
  stampedManifest: ReadonlyMap<string, string> | undefined
  vkey: string | undefined
  trail: DisclosedTrail | undefined
  recordings: readonly (Member & Readonly<{ recordingId: string }>)[]
}>

export function readContents(members: readonly Member[]): PackageContents {
  const byName = new Map(members.map((member) => [member.name, member]))
  const read = <T>(name: string, parse: (text: string) => T): T | undefined => {
    const text = textOf(byName.get(name))
    return text === undefined ? undefined : attempt(() => parse(text))
  }
  return {
    members,
    byName,
    bagInfo: read(containerMembers.bagInfo, parseBagInfo),
    manifest: read(containerMembers.manifest, parseManifest),
    signedManifest: read(containerMembers.signedManifest, (text) => parseAsicManifest('signature', text)),
    stampedManifest: read(containerMembers.stampedManifest, (text) => parseAsicManifest('timestamp', text)),
    vkey: read(containerMembers.signerVkey, parseOneVkey),
    trail: read(containerMembers.trail, parseTrail),
    recordings: members.flatMap((member) => {
      const kind = describeMember(member.name)
      return kind?.kind === 'recording' ? [{ ...member, recordingId: kind.recordingId }] : []
    }),
  }
}

/** A key and a newline, in the one text there is for a key, so that two keys are equal when their texts are. */
function parseOneVkey(text: string): string {
  const vkey = text.slice(0, -1)
  const { name, publicKey } = parseVkey(vkey)
  if (`${formatVkey(name, publicKey)}\n` !== text) throw new ProofError('malformed', 'not a verifier key and a newline')
  return vkey
}

/** The members of one kind, with what their names say. */
export function membersOfKind<K extends ContainerMember['kind']>(contents: PackageContents, kind: K) {
  return [...contents.byName.values()].flatMap((member) => {
    const described = describeMember(member.name)
    return described?.kind === kind ? [{ member, is: described as Extract<ContainerMember, { kind: K }> }] : []
  })
}

/** Undefined if it is absent, too large to have been kept, or not UTF-8. */
export function textOf(member: Member | undefined): string | undefined {
  if (!member?.bytes) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(member.bytes)
  } catch {
    return undefined
  }
}

/** Undefined where reading throws `ProofError`: the thing is not what it should be. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ProofError) return undefined
    throw error
  }
}

export function placeOf({ log, index }: DisclosedEntry): string {
  return `${log}/${index}`
}

export function valueOf(entry: DisclosedEntry, field: string): JsonValue | undefined {
  return entry.openings.find((opening) => opening.field === field)?.value
}

export function isObject(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value)
}
