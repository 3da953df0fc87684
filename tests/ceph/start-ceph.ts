import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findTool } from '../outside-tools.ts'

/** Where a Ceph object gateway answers over S3, and with which keys; both are made up for this run. */
export type Ceph = Readonly<{ endpoint: string; accessKeyId: string; secretAccessKey: string }>
export type RunningCeph = AsyncDisposable & Ceph

/** What Debian's ceph-mon, ceph-mgr, ceph-osd, radosgw and ceph-common bring. `setpriv` comes with every Debian. */
const programs = ['ceph-mon', 'ceph-mgr', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'ceph-authtool', 'monmaptool']

/** The first program that this machine lacks to start Ceph, or undefined. */
export function findMissingProgram(): string | undefined {
  return [...programs, 'setpriv'].find((name) => findTool(name) === undefined)
}

const run = promisify(execFile)
const dieWithUs = ['--pdeathsig', 'KILL']

/**
 * One monitor, manager, disk and gateway in `folder`, on free ports of loopback, without a service manager: a Ceph that
 * answers S3 as one in production does. They end when disposed, and also when this process dies without a word.
 */
export async function startCeph(folder: string): Promise<RunningCeph> {
  await using undo = new AsyncDisposableStack()
  // Also when this process is told to end before it is up.
  const forget = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', forget)
  undo.defer(() => {
    process.off('exit', forget)
    forget()
  })
  for (const name of ['mon', 'osd', 'mgr', 'rgw', 'run', 'log']) await mkdir(join(folder, name), { recursive: true })
  const [monPort, gatewayPort] = [await findFreePort(), await findFreePort()]
  const fsid = randomUUID()
  const keyring = join(folder, 'keyring')
  const monmap = join(folder, 'monmap')
  const configuration = join(folder, 'ceph.conf')
  await writeFile(configuration, describe({ folder, fsid, keyring, monPort, gatewayPort }))

  const env = { ...process.env, CEPH_CONF: configuration }
  const call = async (program: string, ...args: string[]): Promise<string> => {
    const running = run('setpriv', [...dieWithUs, program, ...args], { env, timeout: 60_000 })
    // Some read what they are given to the end.
    running.child.stdin?.end()
    return (await running).stdout.trim()
  }
  const ceph = (...args: string[]) => call('ceph', '--connect-timeout', '30', ...args)
  const begin = async (program: string, ...args: string[]): Promise<void> => {
    const log = await open(join(folder, 'log', `${program}.out`), 'a')
    const child = spawn('setpriv', [...dieWithUs, program, '-f', ...args], {
      env,
      stdio: ['ignore', log.fd, log.fd],
    })
    await once(child, 'spawn')
    await log.close()
    undo.defer(() => end(child))
  }

  const address = `[v2:127.0.0.1:${monPort}]`
  await call('monmaptool', '--create', '--addv', 'a', address, '--fsid', fsid, monmap)
  const all = ['mon', 'osd', 'mgr', 'mds'].flatMap((part) => ['--cap', part, 'allow *'])
  await call('ceph-authtool', '-C', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *')
  for (const name of ['client.admin', 'client.rgw', 'osd.0', 'mgr.x']) {
    await call('ceph-authtool', keyring, '--gen-key', '-n', name, ...all)
  }
  await call('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monmap, '--keyring', keyring)
  await begin('ceph-mon', '-i', 'a')
  const osdUuid = randomUUID()
  const osd = await ceph('osd', 'new', osdUuid)
  await begin('ceph-mgr', '-i', 'x')
  await call('ceph-osd', '-i', osd, '--mkfs', '--osd-uuid', osdUuid)
  await ceph('osd', 'crush', 'add', `osd.${osd}`, '1.0', 'root=default', 'host=localhost')
  await begin('ceph-osd', '-i', osd)

  const accessKeyId = randomBytes(10).toString('hex')
  const secretAccessKey = randomBytes(20).toString('hex')
  const keys = ['--access-key', accessKeyId, '--secret-key', secretAccessKey]
  await call('radosgw-admin', '-n', 'client.rgw', 'user', 'create', '--uid', 'test', '--display-name', 'test', ...keys)
  await begin('radosgw', '-n', 'client.rgw')
  const endpoint = `http://127.0.0.1:${gatewayPort}`
  await untilItAnswers(endpoint, join(folder, 'log'))

  const kept = undo.move()
  return { endpoint, accessKeyId, secretAccessKey, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Nothing of it is worth an orderly end. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

async function untilItAnswers(endpoint: string, logs: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const answer = await fetch(endpoint).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const said = await readFile(join(logs, 'radosgw.out'), 'utf8').catch(() => '')
  throw new Error(`Ceph's gateway does not answer: ${said.slice(-2000)}`)
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}

type Plan = Readonly<{ folder: string; fsid: string; keyring: string; monPort: number; gatewayPort: number }>

/** https://docs.ceph.com/en/pacific/rados/configuration/ */
function describe({ folder, fsid, keyring, monPort, gatewayPort }: Plan): string {
  return `[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${monPort}]
mon initial members = a
public network = 127.0.0.0/8
ms bind ipv6 = false
ms bind msgr1 = false
keyring = ${keyring}
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
osd crush chooseleaf type = 0
osd objectstore = bluestore
bluestore block size = 4294967296
osd memory target = 939524096
mgr initial modules =
run dir = ${folder}/run
pid file = ${folder}/run/$name.pid
admin socket = ${folder}/run/$name.asok
log file = ${folder}/log/$name.log
crash dir = ${folder}/log
mon data = ${folder}/mon
osd data = ${folder}/osd
mgr data = ${folder}/mgr
rgw data = ${folder}/rgw
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort}
rgw enable usage log = false
rgw lc debug interval = 0
`
}
