import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { endianness } from 'node:os'

/** The connections of this machine as Linux lists them, each with the user whose it is: proc(5). */
const connections = '/proc/net/tcp'
const established = '01'

/**
 * Whether the other end of a connection over IPv4 of this machine is a program of the user that this one runs as. An
 * address that stands on a command line is read by every user of the machine, and must open to nobody else. Where the
 * system does not list connections, not even our end of this one, the address alone must do.
 */
export async function isOfOwnUser({
  remoteAddress = '',
  remotePort = 0,
  localAddress = '',
  localPort = 0,
}: Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>): Promise<boolean> {
  const own = process.getuid?.()
  if (process.platform !== 'linux' || own === undefined) return true
  const [from, to] = [hexOf(remoteAddress, remotePort), hexOf(localAddress, localPort)]
  // The list may pass over one while others come and go.
  let isListed = false
  for (let look = 0; look < mostLooks; look += 1) {
    const table = await readFile(connections, 'latin1').catch(() => '')
    const user = findUser(table, from, to)
    if (user !== undefined) return user === own
    isListed ||= findUser(table, to, from) !== undefined
  }
  return !isListed
}

const mostLooks = 3

/** Whose the end is that calls `from` its own; undefined when there is none any more. */
export function findUser(table: string, from: string, to: string): number | undefined {
  for (const line of table.split('\n')) {
    const [, local, remote, state, , , , user] = line.trim().split(/\s+/)
    if (local === from && remote === to && state === established) return Number(user)
  }
  return undefined
}

/** The address in the order of bytes of this machine, then the port, both hexadecimal. */
function hexOf(address: string, port: number): string {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  const ordered = endianness() === 'LE' ? bytes.toReversed() : bytes
  return `${ordered.join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
}
