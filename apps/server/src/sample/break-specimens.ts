import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeAuthority, newSigningKey, toPem } from '@getuige/pki'
import {
  appendToTiles,
  encodeEntryBundle,
  entryBundlePath,
  formatCheckpoint,
  leafHash,
  newIdentity,
  newNoteKey,
  newWitnessKey,
  parseCheckpoint,
  parseEntryBundle,
  readUnverifiedNote,
  tilePath,
  tileWidth,
} from '@getuige/proof'

/** The key of the log, in the hands of an operator who lies. */
export type Operator = Readonly<{ origin: string; signNote(text: string): string }>

/**
 * Write `broken/` beside the specimens of a sample: one altered in each way that a checker must notice. Every change is
 * as small as it can be.
 */
export async function breakSpecimens(out: string, operator: Operator): Promise<void> {
  const broken = join(out, 'broken')
  await mkdir(broken)
  const write = (name: string, content: string | Uint8Array) => writeFile(join(broken, name), content)

  const sealed = await readFile(join(out, 'object.payload'))
  await write('object.payload', flip(sealed, Math.floor(sealed.length / 2)))
  const header = await readFile(join(out, 'object.header'), 'latin1')
  await write(
    'object.header',
    header.replace(/(?<=^-> X25519 \S+\n)./m, (char) => (char === 'A' ? 'B' : 'A')),
  )
  await write('escrow.key', `${newIdentity(crypto.getRandomValues(new Uint8Array(32))).identity}\n`)

  const packed = await readFile(join(out, 'case.asice'))
  await write('case.asice', flip(packed, packed.lastIndexOf('moov') + 100))
  const at = new Date()
  const stranger = { name: 'Somebody else', at, years: 20, key: await newSigningKey() }
  await write('ca.pem', toPem(await makeAuthority(stranger)))

  const leaf = await readFile(join(out, 'entry'))
  await write('entry', flip(leaf, leaf.length - 10))
  const proof = await readFile(join(out, 'entry.tlog-proof'), 'utf8')
  await write(
    'entry.tlog-proof',
    alterLine(proof, (line) => /^[A-Za-z0-9+/]{43}=$/.test(line)),
  )

  const old = await readFile(join(out, 'checkpoint.old'), 'utf8')
  await write(
    'checkpoint.old',
    alterLine(old, (line) => /^[A-Za-z0-9+/]{43}=$/.test(line)),
  )
  const [log = '', witness = ''] = (await readFile(join(out, 'vkeys'), 'utf8')).split('\n')
  const newSeed = () => crypto.getRandomValues(new Uint8Array(32))
  const others = [newNoteKey(nameOf(log), newSeed()), newWitnessKey(nameOf(witness), newSeed())]
  await write('vkeys', others.map(({ vkey }) => `${vkey}\n`).join(''))

  await alterTile(out, broken)
  await rewriteLog(out, broken, operator)
}

/** One hash of the lowest level is another: what it stands above no longer gives the root. */
async function alterTile(out: string, broken: string): Promise<void> {
  await cp(join(out, 'log'), join(broken, 'log'), { recursive: true })
  const tile = join(broken, 'log', tilePath(0, 0, tileWidth))
  await writeFile(tile, flip(await readFile(tile), 5))
}

/**
 * The log without its third entry, whole and signed again by the operator: nothing in it is wrong. It is told by an older
 * checkpoint that somebody kept, and by the witness, which does not cosign it.
 */
async function rewriteLog(out: string, broken: string, { origin, signNote }: Operator): Promise<void> {
  const { size } = parseCheckpoint(readUnverifiedNote(await readFile(join(out, 'log/checkpoint'), 'utf8')).text)
  const leaves: Uint8Array[] = []
  for (let at = 0; at < size; at += tileWidth) {
    const width = Math.min(tileWidth, size - at)
    leaves.push(...parseEntryBundle(await readFile(join(out, 'log', entryBundlePath(at / tileWidth, width)))))
  }
  leaves.splice(2, 1)

  const nothing = { readTiles: () => Promise.resolve([]) }
  const {
    tiles,
    root,
    size: left,
  } = await appendToTiles(
    nothing,
    0,
    leaves.map((leaf) => leafHash(leaf)),
  )
  const folder = join(broken, 'log-rewritten')
  const write = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  for (const { level, index, width, bytes } of tiles) await write(tilePath(level, index, width), bytes)
  for (let at = 0; at < left; at += tileWidth) {
    const bundle = leaves.slice(at, at + tileWidth)
    await write(entryBundlePath(at / tileWidth, bundle.length), encodeEntryBundle(bundle))
  }
  await write('checkpoint', signNote(formatCheckpoint({ origin, size: left, root })))
}

const nameOf = (vkey: string) => vkey.split('+')[0] ?? ''

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const altered = Uint8Array.from(bytes)
  const before = altered[at]
  if (before === undefined) throw new RangeError(`there is no byte ${at} to alter`)
  altered[at] = before ^ 1
  return altered
}

/** Another first letter in the first line that is meant: a hash that is not the right one. */
function alterLine(text: string, isMeant: (line: string) => boolean): string {
  const lines = text.split('\n')
  const at = lines.findIndex(isMeant)
  const line = lines[at]
  if (line === undefined) throw new RangeError('there is no line to alter')
  lines[at] = `${line.startsWith('A') ? 'B' : 'A'}${line.slice(1)}`
  return lines.join('\n')
}
