import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type CameraId, type CorpsId, dayOf, newId, type PersonActor, toHex } from '@getuige/base'
import { formatHeader, newIdentity, wrapForRecipient } from '@getuige/proof'
import type { Server } from '../apps/server/src/compose.ts'
import { objectFolder } from '../apps/server/src/evidence/vault/index.ts'
import { expiryBucket } from '../apps/server/src/evidence/vault/keys.ts'
import { sealWhole } from '../apps/server/src/evidence/vault/payload.ts'
import { runSql } from '../apps/server/src/platform/database/index.ts'
import { type Keystore, sealBox } from '../apps/server/src/platform/keystore/index.ts'

type Deps = Readonly<{ server: Server; keystore: Keystore; vaultFolder: string; actor: PersonActor }>
export type SeedOptions = Readonly<{ recordings: number }>
export type ErasedFigures = Readonly<{
  seconds: number
  /** Until the key of the day was destroyed as well. */
  untilKeySeconds: number
  /** Until a signed checkpoint covered every certificate. */
  untilCheckpointSeconds: number
  failed: number
  /** What is left of them: all 0, but for one certificate each. */
  keys: number
  objects: number
  files: number
  certificates: number
  certified: number
}>

const kinds = ['payload', 'poster', 'storyboard'] as const
const dayMs = 86_400_000
const batch = 1000

/** Recordings that are due, each as it would be: sealed objects under a key of its own, rows, and a custody entry. */
export async function seedDue(deps: Deps, { recordings }: SeedOptions): Promise<void> {
  const { server, keystore, vaultFolder, actor } = deps
  const [camera] = await server.db.everyCorps.selectFrom('camera').select('id').execute()
  if (camera === undefined) throw new Error('no camera')
  const { corpsId } = actor
  const now = new Date()
  const dueAt = new Date(now.getTime() - dayMs)
  const dueOn = dayOf(dueAt, 'Europe/Amsterdam')
  const recordedAt = new Date(now.getTime() - 29 * dayMs)
  const bucket = expiryBucket(corpsId, dueOn)
  // One for all: erasing never reads it, and to make each its own would take longer than all the rest.
  const { recipient } = newIdentity(randomBytes(32))
  const headerKey = randomBytes(16)
  const header = formatHeader(headerKey, [wrapForRecipient(headerKey, recipient, randomBytes(32))])
  const bucketKey = await keystore.demand(bucket)
  for (let made = 0; made < recordings; made += batch) {
    const seeded = await Promise.all(
      Array.from({ length: Math.min(batch, recordings - made) }, async () => {
        const id = newId('recording', recordedAt)
        const plain = randomBytes(512)
        const fileKey = randomBytes(16)
        const objects = await Promise.all(
          kinds.map(async (kind) => {
            const objectKey = `${objectFolder(corpsId, id)}/${kind}.age`
            const sealed = Buffer.concat(sealWhole(fileKey, randomBytes(16), plain))
            const file = join(vaultFolder, objectKey)
            await mkdir(dirname(file), { recursive: true })
            await writeFile(file, sealed)
            return { kind, objectKey, payloadSha256: createHash('sha256').update(sealed).digest() }
          }),
        )
        const sha256 = createHash('sha256').update(plain).digest()
        return {
          id,
          plain,
          sha256,
          objects,
          key: {
            fileKey: sealBox(bucketKey, fileKey, `file-key/${id}`),
            header: sealBox(bucketKey, header, `header/${id}`),
          },
        }
      }),
    )
    await server.modules.custody.act(actor, async (tx, record) => {
      await tx
        .insertInto('recording')
        .values(
          seeded.map(({ id, plain, sha256, objects }) => ({
            id,
            corps_id: corpsId,
            state: 'viewable',
            camera_id: camera.id as CameraId,
            wearer_id: null,
            recorded_at: recordedAt,
            recorded_at_from: 'file',
            received_at: recordedAt,
            size_bytes: plain.length,
            sha256,
            payload_sha256: objects[0]?.payloadSha256 ?? sha256,
            original_name: 'bench.mp4',
            law: 'nl-boa-den-haag@1',
            due_at: dueAt,
            due_on: dueOn,
            playable: true,
            has_storyboard: true,
            activation: 'missing',
          })),
        )
        .execute()
      await tx
        .insertInto('vault_key')
        .values(
          seeded.map(({ id, key }) => ({
            recording_id: id,
            suite: 1,
            bucket,
            wrapped_file_key: key.fileKey,
            sealed_header: key.header,
            recipient_set: 1,
          })),
        )
        .execute()
      await tx
        .insertInto('vault_object')
        .values(
          seeded.flatMap(({ id, plain, objects }) =>
            objects.map(({ kind, objectKey, payloadSha256 }) => ({
              recording_id: id,
              kind,
              object_key: objectKey,
              plain_bytes: plain.length,
              payload_sha256: payloadSha256,
            })),
          ),
        )
        .execute()
      for (const { id, plain, sha256 } of seeded) {
        const details = { sha256: toHex(sha256), sizeBytes: plain.length, recordedAt: recordedAt.toISOString() }
        await record({ type: 'recording-received', recordingId: id, details })
      }
    })
  }
  await untilSequenced(deps)
  await runSql(server.db.everyCorps, 'analyze')
}

/** The nightly run, and what it left. */
export async function eraseDue(deps: Deps): Promise<ErasedFigures> {
  const { server, keystore, vaultFolder, actor } = deps
  const startedAt = performance.now()
  const seconds = () => (performance.now() - startedAt) / 1000
  const { failed } = await server.modules.retention.eraseDue((corpsId: CorpsId) => ({ kind: 'system', corpsId }))
  const erasedAfter = seconds()
  while ((await keystore.list(`bucket/${actor.corpsId}/`)).length > 0) await pause()
  const untilKeySeconds = seconds()
  await untilSequenced(deps)
  const untilCheckpointSeconds = seconds()

  const count = async (text: string) => {
    const [row] = (await runSql(server.db.everyCorps, text)) as { count: number }[]
    return Number(row?.count)
  }
  const certificates = `from custody_entry where type = 'recording-erased'`
  const left = await readdir(vaultFolder, { recursive: true, withFileTypes: true })
  return {
    seconds: erasedAfter,
    untilKeySeconds,
    untilCheckpointSeconds,
    failed,
    keys: await count('select count(*) from vault_key'),
    objects: await count('select count(*) from vault_object'),
    files: left.filter((entry) => entry.isFile()).length,
    certificates: await count(`select count(*) ${certificates}`),
    certified: await count(`select count(distinct recording_id) ${certificates}`),
  }
}

async function untilSequenced({ server, actor }: Deps): Promise<void> {
  while ((await server.modules.custody.status(actor.corpsId)).waiting > 0) await pause()
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50))
