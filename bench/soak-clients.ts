import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { verifyReceipt } from '@getuige/proof'
import { padRecording, type PaddedRecording } from './padded-recording.ts'

/** What a client knows of a recording it handed over, or is handing over. */
export type Known = {
  readonly sha256: string
  readonly sizeBytes: number
  readonly isDueSoon: boolean
  /** To be held, as soon as it is received. */
  readonly isWanted: boolean
  /** Bytes that the server has said to have on disk, under the upload that is under way. */
  acknowledged: number
  /** Of the receipt; empty until there is one. */
  recordingId: string
  isHeld: boolean
  mediaUrl: string
}

export type Ledger = Readonly<{
  known: Map<string, Known>
  /** What must never be: each a sentence. */
  violations: { lost: string[]; readable: string[] }
}>

export type Site = Readonly<{ address: string; cookie: string; cameraSerial: string; vkey: string }>
type Stop = Readonly<{ isStopping(): boolean }>

const KiB = 1024
const pieceBytes = 512 * KiB
const periodMs = 28 * 86_400_000
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Hands over one new recording after the other, and goes on where it was cut off. */
export async function uploadAgainAndAgain(site: Site, ledger: Ledger, name: string, stop: Stop): Promise<void> {
  for (let n = 0; !stop.isStopping(); n += 1)
    await handOver(site, ledger, await makeRecording(site, ledger, `${name}-${n}`))
}

/** Four in five are due some seconds after they were received: made a retention period ago, less those seconds. */
async function makeRecording(site: Site, ledger: Ledger, nonce: string): Promise<PaddedRecording> {
  const isDueSoon = Math.random() < 0.8
  const startedAt = new Date(Date.now() - periodMs + (8 + Math.random() * 25) * 1000)
  const sizeBytes = 192 * KiB + Math.floor(Math.random() * 3 * 1024 * KiB)
  const recording = await padRecording(sizeBytes, site.cameraSerial, nonce, isDueSoon ? startedAt : undefined)
  const { sha256 } = recording
  const fresh = { acknowledged: 0, recordingId: '', isHeld: false, mediaUrl: '' }
  ledger.known.set(sha256, { sha256, sizeBytes, isDueSoon, isWanted: Math.random() < 0.1, ...fresh })
  return recording
}

async function handOver(site: Site, ledger: Ledger, recording: PaddedRecording): Promise<void> {
  const known = ledger.known.get(recording.sha256)
  if (known === undefined) throw new Error('not in the ledger')
  let path: string | undefined
  for (;;) {
    try {
      if (await fetchReceipt(site, ledger, known)) return
      path ??= await announce(site, known)
      if (path !== undefined) path = await goOn(site, ledger, known, recording, path)
    } catch (error) {
      // Killed under our hands, or not back yet.
      if (!(error instanceof TypeError) && !(error instanceof Again)) throw error
      await pause(50)
    }
  }
}

class Again extends Error {}

async function ask(site: Site, method: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('cookie', site.cookie)
  headers.set('tus-resumable', '1.0.0')
  const answer = await fetch(`${site.address}${path}`, { ...init, method, headers })
  if (answer.status >= 500 || answer.status === 423) throw new Again(`${method} ${path}: ${answer.status}`)
  return answer
}

/** Undefined when the recording is there already. */
async function announce(site: Site, known: Known): Promise<string | undefined> {
  const fields = { filename: 'soak.mp4', sha256: known.sha256, camera: site.cameraSerial }
  const metadata = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
  known.acknowledged = 0
  const answer = await ask(site, 'POST', '/api/uploads', {
    headers: { 'upload-length': `${known.sizeBytes}`, 'upload-metadata': metadata.join(',') },
  })
  const body = await answer.text()
  if (answer.status === 201) return answer.headers.get('location') ?? undefined
  if (answer.status === 409) return undefined
  throw new Error(`announced, and answered ${answer.status} ${body}`)
}

/** Send the rest, as far as it goes. Undefined once the server knows no such upload any more. */
async function goOn(
  site: Site,
  ledger: Ledger,
  known: Known,
  recording: PaddedRecording,
  path: string,
): Promise<string | undefined> {
  const head = await ask(site, 'HEAD', path)
  if (head.status === 404 || head.status === 410) return undefined
  let at = Number(head.headers.get('upload-offset'))
  if (at < known.acknowledged)
    ledger.violations.lost.push(`${known.sha256}: had ${known.acknowledged} bytes, then ${at}`)
  while (at < known.sizeBytes) {
    const end = Math.min(at + pieceBytes, known.sizeBytes)
    const answer = await ask(site, 'PATCH', path, {
      headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': `${at}` },
      body: Buffer.concat([...recording.pieces(at, end)]),
    })
    const body = await answer.text()
    if (answer.status === 404 || answer.status === 410) return undefined
    if (answer.status === 409) return path
    if (answer.status !== 204) throw new Error(`a piece was answered ${answer.status} ${body}`)
    at = Number(answer.headers.get('upload-offset'))
    known.acknowledged = at
  }
  return path
}

async function fetchReceipt(site: Site, ledger: Ledger, known: Known): Promise<boolean> {
  const answer = await ask(site, 'GET', `/api/receipts/${known.sha256}`)
  const said = (await answer.json()) as { receipt?: string; code?: string }
  // Received, and due before anybody asked.
  if (said.code === 'ingest/already-erased') return true
  if (said.code === 'ingest/not-received') return false
  if (said.receipt === undefined) throw new Error(`no receipt: ${JSON.stringify(said)}`)
  const receipt = verifyReceipt(said.receipt, site.vkey)
  if (receipt.sha256 !== known.sha256 || receipt.sizeBytes !== known.sizeBytes)
    ledger.violations.lost.push(`${known.sha256}: the receipt is of another recording`)
  known.recordingId = receipt.recordingId
  return true
}

/** The dock agent on a folder: run until it has every receipt, killed with nothing, run again. */
export async function dockAgainAndAgain(
  site: Site & Readonly<{ token: string }>,
  ledger: Ledger,
  folder: string,
  stop: Stop,
): Promise<void> {
  const script = fileURLToPath(new URL('../apps/dock/src/main.ts', import.meta.url))
  const args = [script, folder, '--camera', site.cameraSerial, '--server', site.address, '--wait', '600']
  for (let n = 0; !stop.isStopping(); n += 1) {
    const recording = await makeRecording(site, ledger, `dock-${n}`)
    const file = join(folder, `${n}.mp4`)
    await writeFile(file, [...recording.pieces(0, recording.sizeBytes)])
    for (let exitCode: number | null = 1; exitCode !== 0;) {
      const dock: ChildProcess = spawn(process.execPath, args, {
        env: { ...process.env, GETUIGE_DOCK_TOKEN: site.token },
        stdio: 'ignore',
      })
      ;[exitCode] = (await once(dock, 'exit')) as [number | null]
      if (exitCode !== 0) await pause(200)
    }
    await rm(file)
    const known = ledger.known.get(recording.sha256)
    while (known !== undefined && !(await fetchReceipt(site, ledger, known).catch(() => false))) await pause(50)
  }
}

/** Erases what is due, holds some of it, opens viewings, and reads them again when they must be over. */
export async function handleAgainAndAgain(
  site: Site & Readonly<{ administrator: string }>,
  ledger: Ledger,
  stop: Stop,
): Promise<void> {
  while (!stop.isStopping()) {
    try {
      const due = [...ledger.known.values()].filter(({ isDueSoon, recordingId }) => isDueSoon && recordingId !== '')
      for (const known of sample(
        due.filter(({ mediaUrl }) => mediaUrl === ''),
        4,
      )) {
        known.mediaUrl = await startViewing(site, known.recordingId)
      }
      const wanted = due.filter(({ isWanted, isHeld }) => isWanted && !isHeld)
      for (const known of sample(wanted, 2)) known.isHeld = await placeHold(site, known.recordingId)
      await (await ask({ ...site, cookie: site.administrator }, 'POST', '/api/retention/erase-due')).text()
      for (const known of sample(
        due.filter(({ mediaUrl }) => mediaUrl !== ''),
        8,
      ))
        await readErased(site, ledger, known)
    } catch (error) {
      if (!(error instanceof TypeError) && !(error instanceof Again)) throw error
    }
    await pause(150)
  }
}

function sample<T>(from: readonly T[], most: number): T[] {
  return Array.from(
    { length: Math.min(most, from.length) },
    () => from[Math.floor(Math.random() * from.length)],
  ).filter((one) => one !== undefined)
}

/** Where it can be played; '' when it cannot yet, or no more. */
export async function startViewing(site: Site, recordingId: string): Promise<string> {
  const answer = await ask(site, 'POST', `/api/recordings/${recordingId}/viewings`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ purpose: 'report', reference: 'PV-1', reason: 'to see that it is there' }),
  })
  return ((await answer.json()) as { mediaUrl?: string }).mediaUrl ?? ''
}

async function placeHold(site: Site, recordingId: string): Promise<boolean> {
  const answer = await ask(site, 'POST', `/api/recordings/${recordingId}/holds`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'report', number: 'PV-1', reason: 'to keep it for the case' }),
  })
  await answer.text()
  return answer.status < 300
}

export async function stateOf(site: Site, recordingId: string): Promise<string> {
  const answer = await ask(site, 'GET', `/api/recordings/${recordingId}`)
  return JSON.stringify(await answer.json())
}

/** Once the register says that it is erased, nothing of it is answered: asked in this order. */
export async function readErased(site: Site, ledger: Ledger, known: Known): Promise<void> {
  const said = await stateOf(site, known.recordingId)
  if (!/"state":"(erasing|erased)"/.test(said)) return
  const answer = await ask(site, 'GET', known.mediaUrl, { headers: { range: 'bytes=0-99' } })
  const bytes = await answer.arrayBuffer()
  if (answer.ok && bytes.byteLength > 0)
    ledger.violations.readable.push(`${known.recordingId} was read after it was erased`)
}
