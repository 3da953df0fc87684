import { z } from 'zod'
import type { Clock } from '../clock/index.ts'

/** What lies where in a back-up: docs/formats/backup.md. */

export const format = 'getuige-backup/1'
export const aboutName = 'about.json'
export const sumsName = 'SHA256SUMS'
export const readmeName = 'README.txt'
export const schemaName = (migration: string): string => `schema/${migration}`
export const tablePart = (table: string, part: number): string => `tables/${table}/${numbered(part)}`
export const jobsPart = (part: number): string => `waiting-jobs/${numbered(part)}`
export const secretName = (secret: string): string => `keys/${secret}`

const numbered = (part: number): string => `${String(part).padStart(6, '0')}.copy`

const contents = z.object({ rows: z.number().int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
const identifier = z.string().min(1).max(63)

/** `about.json`, the last member but one. */
export const aboutSchema = z.strictObject({
  format: z.literal(format),
  /** Of the Getuige that made it, and of its PostgreSQL. */
  version: z.string(),
  postgres: z.string(),
  /** When the snapshot was taken. */
  madeAt: z.iso.datetime(),
  migrations: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
  tables: z.array(z.strictObject({ name: identifier, columns: z.array(identifier), ...contents.shape })),
  sequences: z.array(
    z.strictObject({
      name: identifier,
      lastValue: z
        .string()
        .regex(/^-?\d+$/)
        .nullable(),
    }),
  ),
  waitingJobs: contents,
  secrets: z.array(z.string().regex(/^[a-z0-9_-]+(\/[a-z0-9_.-]+)*$/)),
})
export type About = Readonly<z.infer<typeof aboutSchema>>

/** `getuige-20261122T040000Z.tar.age`: names sort as they were made. */
export function backupName(madeAt: Date): string {
  return `getuige-${madeAt.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '')}.tar.age`
}

/** When the back-up of that name was made; undefined when it is no name of one. */
export function madeAtOf(name: string): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^getuige-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar\.age$/.exec(name) ?? []
  if (second === undefined) return undefined
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(at.getTime()) ? undefined : at
}

const dayMs = 86_400_000

/** The newest of these, in milliseconds of age; undefined when there is none. A name of tomorrow or later is no proof. */
export function ageOfNewest(names: readonly string[], clock: Clock): number | undefined {
  const now = clock.now().getTime()
  const times = names.map((name) => madeAtOf(name)?.getTime()).filter((at) => at !== undefined && at < now + dayMs)
  return times.length === 0 ? undefined : now - Math.max(...(times as number[]))
}

export const readme = `A back-up of Getuige: its database and its lasting keys. None of its software is needed to read it.

  age -d -i IDENTITY getuige-….tar.age | tar x     what you did to read this
  sha256sum -c SHA256SUMS                           every file as it was written
  about.json                                        tables, columns, counts, sequences, versions
  schema/                                           SQL that makes the empty tables, in order of name
  tables/NAME/000001.copy …                         rows in the text format of PostgreSQL's COPY, columns as in about.json
  waiting-jobs/                                     jobs that waited: name, data
  keys/                                             one secret a file, in hexadecimal

To load it into an empty PostgreSQL (15 or later), in one session:

  cat schema/*.sql | psql DATABASE
  psql DATABASE, then:  set session_replication_role = replica;   (a superuser; it lifts the rules between tables)
  for every table that has parts (some come with a row of their own, which the parts have too):
                        delete from NAME;
                        \\copy NAME (COLUMNS) from program 'cat tables/NAME/*.copy'
  for every sequence:   select setval('NAME', LASTVALUE);

The tables with wrapped keys open only with the keys of days, which are never in a back-up: docs/formats/backup.md.
`
