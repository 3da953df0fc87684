import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findTool, reportMissingTool, reportNotRun } from '../../../../../tests/outside-tools.ts'
import { type EmptyDatabase, urlOf } from '../../../../../tests/setup/database.ts'
import { requireSound } from '../../testing/faults.ts'
import { createWorld, toActor, type World, worldBegins } from '../../testing/world.ts'
import { makeFiles } from './media-support.ts'

const ffmpeg = findTool('ffmpeg')
const signal = AbortSignal.timeout(240_000)
const patience = { timeout: 200_000, interval: 25 }

let world: World
let child: ChildProcess | undefined
beforeAll(async () => {
  if (ffmpeg === undefined) return reportMissingTool('ffmpeg', 'what a server that is killed at long work leaves')
  world = await createWorld({
    around: async (settings) => ({ ...settings, codecEngine: 'ffmpeg', searchPath: process.env['PATH'] ?? '' }),
  })
})
afterAll(async () => {
  await kill()
  await world?.[Symbol.asyncDispose]()
})

/** On the database, objects and keys of the world, whose own jobs rest. */
async function startServer(path: string, minute: number): Promise<ChildProcess> {
  const at = new Date(worldBegins.getTime() + minute * 60_000)
  const env = {
    PORT: '0',
    GETUIGE_DATA: world.settings.dataFolder,
    GETUIGE_ORIGIN: world.settings.originHost,
    GETUIGE_CODEC_ENGINE: 'ffmpeg',
    DATABASE_URL: urlOf(world.settings.connection as EmptyDatabase['connection']),
    PATH: path,
  }
  const program = join(import.meta.dirname, '../../testing/server-process.ts')
  child = fork(program, [at.toISOString()], { env, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  await once(child, 'message', { signal })
  return child
}

async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** Of each process its state and its parent (proc(5)): what has ended, and is not yet buried, is `Z`. */
async function findProcess(pid: string): Promise<{ name: string; state: string; parent: number } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const [, name = '', state = '', parent = ''] = /^\d+ \((.*)\) (\S) (\d+) /s.exec(stat) ?? []
  return stat === '' ? undefined : { name, state, parent: Number(parent) }
}
async function listFfmpegOf(parent: number | undefined): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map(async (pid) => ({ pid, ...(await findProcess(pid)) })))
  return found.flatMap(({ pid, name, parent: its }) => (name === 'ffmpeg' && its === parent ? [pid] : []))
}

test(
  'a server that is killed while it makes a proxy and a clip leaves nothing, and makes each once when it is back',
  { timeout: 240_000 },
  async () => {
    if (ffmpeg === undefined) return
    if (process.platform !== 'linux') return reportNotRun('what a killed server leaves (no /proc to see processes in)')
    const { access, clips, media, tasks, recordings } = world.server.modules
    const { corpsId } = world.officer
    const files = await makeFiles(
      {
        played: '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 25 -c:a aac -f mp4',
        other: '-c:v mjpeg -c:a pcm_s16le -f avi',
      },
      4,
    )
    const [playedId, otherId] = [await world.receive(files.played), await world.receive(files.other)]
    for (const recordingId of [playedId, otherId]) await media.prepare({ corpsId, recordingId }, signal)
    await world.server.db.everyCorps.deleteFrom('task').where('kind', '=', 'pictures').execute()
    const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' }
    const viewing = await access.startViewing(world.officer, playedId, stated)
    const part = { inMs: 0, outMs: 3000, method: 'exact', reason: 'Dit deel toont de aanhouding.' } as const
    await clips.make(world.officer, viewing.id, part)
    const states = async () => {
      const listed = await tasks.list(toActor(world.officer))
      return Object.fromEntries(listed.filter(({ kind }) => kind !== 'pictures').map((task) => [task.kind, task.state]))
    }
    expect(await states()).toEqual({ proxy: 'waiting', clip: 'waiting' })
    const staged = async () => (await world.objectKeys()).filter((key) => key.startsWith('staging/'))

    // While a file says so, an ffmpeg that reads and writes and comes to no end, whatever was asked of it.
    const folder = join(world.settings.dataFolder, 'bin')
    const endless = join(folder, 'endless')
    await mkdir(folder)
    await writeFile(endless, '')
    const forever = `-c:v libx264 -preset ultrafast -g 25 -an -movflags +frag_keyframe+empty_moov -f mp4 pipe:1`
    const asEndless = `#!/bin/sh
case "$*" in *http://*) [ -e '${endless}' ] && {
  while [ "$1" != -i ]; do shift; done
  exec '${ffmpeg}' -nostdin -loglevel quiet -re -stream_loop -1 -i "$2" ${forever}
} ;; esac
exec '${ffmpeg}' "$@"
`
    await writeFile(join(folder, 'ffmpeg'), asEndless, { mode: 0o755 })
    await world.server.jobs.stop()
    const { pid } = await startServer(folder, 1)
    await expect.poll(() => listFfmpegOf(pid), patience).toHaveLength(2)
    const children = await listFfmpegOf(pid)
    // What each decodes and encodes, and the clip that is to be made of it.
    expect(await staged()).toHaveLength(3)
    await kill()

    // They read from the server and write to it: they end with it.
    const alive = async () => {
      const found = await Promise.all(children.map(findProcess))
      return found.filter((one) => one?.name === 'ffmpeg' && one.state !== 'Z')
    }
    await expect.poll(alive, patience).toEqual([])
    expect(await states()).toEqual({ proxy: 'running', clip: 'running' })
    await requireSound(world)

    await rm(endless)
    await startServer(folder, 3)
    await expect.poll(states, patience).toEqual({ proxy: 'done', clip: 'done' })
    await kill()
    expect(await staged()).toEqual([])
    const entered = async (id: typeof playedId) => (await world.trail(id)).map(({ type }) => type)
    expect((await entered(otherId)).filter((type) => type === 'proxy-made')).toHaveLength(1)
    expect((await entered(playedId)).filter((type) => type === 'clip-made')).toHaveLength(1)
    const keys = (await world.objectKeys()).filter((key) => key.includes(`${otherId}/proxy`))
    expect(keys).toHaveLength(1)
    expect(await recordings.find(corpsId, otherId)).toMatchObject({ rendition: 'proxy' })
    const original = await recordings.find(corpsId, playedId)
    const [clip, ...others] = original === undefined ? [] : await recordings.listClipsOf(original)
    expect(clip).toMatchObject({ inMs: 0, outMs: 3000 })
    expect(others).toEqual([])
    await requireSound(world)
  },
)
