import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from '#platform/database'

/** What becomes of a durable step: it passes; or is cut off before it reaches the server, or after the server did it. */
export type Verdict = 'pass' | 'before' | 'after'

/**
 * A door to PostgreSQL that asks about every durable step that goes through it: a commit of a transaction that wrote, and
 * a statement that writes outside one. `before`: the step is not passed on and the connection breaks. `after`: it is
 * passed on, the server's answer that it is done is awaited and kept back, and the connection breaks.
 */
export type FailingConnection = AsyncDisposable &
  Readonly<{
    connection: Connection
    /** Break every connection, and take no other. */
    cut(): void
  }>

type Door = Exclude<Connection, { url: string }>

export async function openFailingConnection(
  to: Connection,
  ask: (step: string) => Verdict,
): Promise<FailingConnection> {
  if ('url' in to) throw new Error('a door needs a host')
  const folder = await mkdtemp(join(tmpdir(), 'getuige-door-'))
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((client) => {
    const upstream = connect(to.host.startsWith('/') ? { path: socketOf(to) } : { host: to.host, port: to.port })
    const pair = [client, upstream]
    const breakBoth = () => pair.forEach((socket) => socket.destroy())
    for (const socket of pair) {
      sockets.add(socket)
      socket.on('error', breakBoth)
      socket.on('close', () => {
        sockets.delete(socket)
        breakBoth()
      })
    }
    if (isCut) return breakBoth()
    watch(client, upstream, ask, breakBoth)
  })
  const door: Door = { ...to, host: folder }
  await new Promise<void>((resolve) => server.listen(socketOf(door), resolve))
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  return {
    connection: door,
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const socketOf = ({ host, port }: Door) => join(host, `.s.PGSQL.${port}`)

/** Pass messages on one by one, knowing which of them make something durable. */
function watch(client: Socket, upstream: Socket, ask: (step: string) => Verdict, breakBoth: () => void): void {
  const statements = new Map<string, string>()
  const written = new Set<string>()
  let isInTransaction = false
  /** Once set, the server's answers are kept back until the one that says this. */
  let awaited: RegExp | undefined
  let isDone = false

  /** The durable step that this statement is, if it is one. */
  function stepOf(sql: string): string | undefined {
    const text = sql.trim().toLowerCase()
    if (/^(begin|start transaction)/.test(text)) {
      isInTransaction = true
      written.clear()
      return undefined
    }
    if (text.startsWith('rollback')) {
      isInTransaction = false
      return undefined
    }
    if (text.startsWith('commit')) {
      isInTransaction = false
      return written.size === 0 ? undefined : `commit ${[...written].toSorted().join('+')}`
    }
    const tables = [...text.matchAll(writes)].map(([, table]) => table ?? '')
    if (isInTransaction) tables.forEach((table) => written.add(table))
    return isInTransaction || tables.length === 0 ? undefined : `write ${[...new Set(tables)].toSorted().join('+')}`
  }

  function statementIn(type: string, body: Buffer): string | undefined {
    if (type === 'Q') return textAt(body, 0)
    const first = textAt(body, 0)
    const second = textAt(body, Buffer.byteLength(first) + 1)
    if (type === 'P') statements.set(first, second)
    return type === 'B' ? statements.get(second) : undefined
  }

  readMessages(client, true, (type, message, body) => {
    const statement = statementIn(type, body)
    const step = statement === undefined ? undefined : stepOf(statement)
    const verdict = step === undefined ? 'pass' : ask(step)
    if (verdict === 'before') return breakBoth()
    if (verdict === 'after')
      awaited = step?.startsWith('commit') === true ? /^(COMMIT|ROLLBACK)/ : /^(INSERT|UPDATE|DELETE)/
    upstream.write(message)
    return undefined
  })
  readMessages(upstream, false, (type, message, body) => {
    if (awaited === undefined) return void client.write(message)
    if (type === 'C' && awaited.test(textAt(body, 0))) isDone = true
    if (type === 'Z' && isDone) breakBoth()
    return undefined
  })
}

const writes = /\b(?:insert into|delete from|(?<!for |do )update)\s+"?(\w+)/g

function textAt(body: Buffer, start: number): string {
  const end = body.indexOf(0, start)
  return end === -1 ? '' : body.toString('utf8', start, end)
}

/** Both ways: a type of one letter, a length, a body; but the first that a client sends has no letter. */
function readMessages(
  from: Socket,
  hasStartup: boolean,
  take: (type: string, message: Buffer, body: Buffer) => void,
): void {
  let rest = Buffer.alloc(0)
  let isStarting = hasStartup
  from.on('data', (data) => {
    rest = Buffer.concat([rest, Buffer.from(data)])
    for (;;) {
      const head = isStarting ? 0 : 1
      if (rest.length < head + 4) return
      const end = head + rest.readInt32BE(head)
      if (rest.length < end) return
      const message = rest.subarray(0, end)
      rest = rest.subarray(end)
      take(isStarting ? '' : String.fromCharCode(message[0] ?? 0), message, message.subarray(head + 4))
      isStarting = false
    }
  })
}
