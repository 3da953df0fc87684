import type pg from 'pg'

/** How to reach PostgreSQL: a URL, or a socket folder with a user and a database. */
export type Connection =
  | Readonly<{ url: string }>
  | Readonly<{ host: string; port: number; user: string; database: string }>

export function poolConfig(connection: Connection): pg.PoolConfig {
  return 'url' in connection ? { connectionString: connection.url } : { ...connection }
}
