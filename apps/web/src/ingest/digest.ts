import type { DigestJob, DigestNews } from './digest-worker.ts'

/** SHA-256 of a file, computed beside the screen; rejects when the file cannot be read or `signal` says stop. */
export function digestOf(file: File, onProgress: (doneBytes: number) => void, signal: AbortSignal): Promise<string> {
  const worker = new Worker(new URL('./digest-worker.ts', import.meta.url), { type: 'module' })
  return new Promise<string>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    worker.addEventListener('error', () => reject(new Error('the digest could not be computed')))
    worker.addEventListener('message', ({ data }: MessageEvent<DigestNews>) => {
      if (data.kind === 'progress') onProgress(data.doneBytes)
      else if (data.kind === 'digest') resolve(data.sha256)
      else reject(new Error('the file cannot be read'))
    })
    const job: DigestJob = { file }
    worker.postMessage(job)
  }).finally(() => worker.terminate())
}
