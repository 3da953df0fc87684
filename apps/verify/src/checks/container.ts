import {
  bagDeclaration,
  containerFormat,
  containerMembers,
  describeMember,
  formatOxum,
  isPayload,
  isSigned,
  isStamped,
  packageMimetype,
} from '@getuige/proof'
import { problem } from '../problems.ts'
import type { Problem } from '../problems.ts'
import { textOf } from './package-contents.ts'
import type { PackageContents } from './package-contents.ts'

const stampMembers: readonly string[] = [containerMembers.stampedManifest, containerMembers.timestamp]

/** Which manifest must list which members. A package without time stamp has no stamped manifest. */
const manifests = [
  { which: 'manifest', member: containerMembers.manifest, mustList: isPayload },
  { which: 'signedManifest', member: containerMembers.signedManifest, mustList: isSigned },
  { which: 'stampedManifest', member: containerMembers.stampedManifest, mustList: isStamped },
] as const

/** The members a package has, each once, where they belong, and the fixed ones with their fixed text. */
export function checkLayout({ bagInfo, byName, members }: PackageContents): Problem[] {
  const seen = new Set<string>()
  const problems = members.flatMap(({ name }) => {
    if (seen.has(name)) return [problem('member-twice', name)]
    seen.add(name)
    return describeMember(name) === undefined ? [problem('member-unknown', name)] : []
  })
  const hasStamp = stampMembers.some((name) => seen.has(name))
  for (const name of Object.values(containerMembers)) {
    const isRequired = hasStamp || !stampMembers.includes(name)
    if (isRequired && !seen.has(name)) problems.push(problem('member-missing', name))
  }
  if (members[0]?.name !== containerMembers.mimetype) problems.push(problem('mimetype-not-first'))
  const fixed: [string, string][] = [
    [containerMembers.mimetype, packageMimetype],
    [containerMembers.bagDeclaration, bagDeclaration],
  ]
  for (const [name, text] of fixed) {
    if (byName.has(name) && textOf(byName.get(name)) !== text) problems.push(problem('text-differs', name))
  }
  if (bagInfo?.get('Getuige-Format') !== containerFormat) {
    problems.push(problem('format-unknown', containerMembers.bagInfo))
  }
  const payload = members.filter(({ name }) => isPayload(name))
  if (bagInfo?.get('Payload-Oxum') !== formatOxum(payload.map(({ sizeBytes }) => sizeBytes))) {
    problems.push(problem('oxum-differs', containerMembers.bagInfo))
  }
  return problems
}

/** Each member is in the manifests that must list it, and each that a manifest lists is there. */
export function checkListed(contents: PackageContents): Problem[] {
  return manifestsOf(contents).flatMap(({ listed, member, mustList }) => {
    if (listed === undefined) return [problem('unreadable', member)]
    const present = new Set([...contents.byName.keys()].filter(mustList))
    return [
      ...[...present].filter((name) => !listed.has(name)).map((name) => problem('member-unlisted', name)),
      ...[...listed.keys()].filter((name) => !present.has(name)).map((name) => problem('member-missing', name)),
    ]
  })
}

export function checkDigests(contents: PackageContents): Problem[] {
  const differing = manifestsOf(contents).flatMap(({ listed, member }) => {
    if (listed === undefined) return [problem('unreadable', member)]
    return [...listed].flatMap(([name, sha256]) =>
      contents.byName.get(name)?.sha256 === sha256 ? [] : [problem('digest-differs', name)],
    )
  })
  // A recording stands in three manifests; that it was changed is told once.
  return differing.filter(({ subject }, i) => differing.findIndex((other) => other.subject === subject) === i)
}

function manifestsOf(contents: PackageContents) {
  return manifests
    .filter(({ which }) => which !== 'stampedManifest' || stampMembers.some((name) => contents.byName.has(name)))
    .map(({ which, member, mustList }) => ({ listed: contents[which], member, mustList }))
}
