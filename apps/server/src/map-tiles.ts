import { type FileHandle, open } from 'node:fs/promises'
import { mapTilesPath } from '@getuige/contract'
import type { FastifyRequest } from 'fastify'
import { AppError } from '#platform/errors'
import { type RawRoute, sendRange } from '#platform/http'

/** The operator's map, open until it is closed: a file put in its place is taken at the next start. */
export type MapTiles = AsyncDisposable & Readonly<{ sizeBytes: number; file: FileHandle }>

/** Throws where the file cannot be read, or is no PMTiles archive: better at the start than an empty map. */
export async function openMapTiles(path: string): Promise<MapTiles> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0)
    // https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md#3-header
    if (buffer.toString('latin1', 0, 7) !== 'PMTiles' || buffer[7] !== 3)
      throw new Error(`${path} is no PMTiles archive of version 3`)
    return { sizeBytes: (await file.stat()).size, file, [Symbol.asyncDispose]: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** By Range, to whoever is signed in: no other host ever learns at which place somebody looks. */
export function mapTilesRoute({
  mapTiles,
  requireCaller,
}: Readonly<{
  mapTiles: MapTiles | undefined
  requireCaller(request: FastifyRequest): Promise<unknown>
}>): RawRoute {
  return (app) => {
    app.route({
      method: ['GET', 'HEAD'],
      url: mapTilesPath,
      handler: async (request, reply) => {
        await requireCaller(request)
        if (mapTiles === undefined) throw new AppError('request/not-found')
        const { file, sizeBytes } = mapTiles
        const read = async (start: number, end: number): Promise<Uint8Array> => {
          const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start)
          if (bytesRead < end - start) throw new Error('the map is shorter than when it was opened')
          return buffer
        }
        return sendRange(request, reply, { sizeBytes, read }, 'application/vnd.pmtiles')
      },
    })
  }
}
