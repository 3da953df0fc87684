import { parseArgs } from 'node:util'
import { linkDays } from '#corps'
import { type Installation, openInstallation } from './installation.ts'
import { sentenceOf } from './stored.ts'

const usage = `Usage: npx getuige corps list [--demo]
       npx getuige corps invite [--demo]

list    the corps of this installation: id, name, and the origin of the log that its acts enter
invite  prints a link with which one further corps is established here, once, within ${linkDays} days. Whoever has it
        names the corps, chooses its law and becomes its first administrator; give it to nobody else.

A server may be at work. No corps sees anything of another.
Exit code 0: done; 2: could not.
`

process.exitCode = await run()

async function run(): Promise<0 | 2> {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { demo: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    })
    const [what, ...rest] = positionals
    const work = rest.length > 0 ? undefined : what === 'list' ? list : what === 'invite' ? invite : undefined
    if (values.help || work === undefined) {
      process.stdout.write(usage)
      return values.help ? 0 : 2
    }
    await using installation = await openInstallation({ isDemo: values.demo })
    await work(installation)
    return 0
  } catch (error) {
    process.stderr.write(`Could not: ${sentenceOf(error)}\n`)
    return 2
  }
}

async function list({ server }: Installation): Promise<void> {
  for (const { id, name } of await server.modules.corps.list()) {
    const { log } = await server.modules.custody.status(id)
    // Names come from whoever set the corps up: nothing in them steers the terminal.
    say(`${id}  ${JSON.stringify(name)}  ${log?.origin ?? 'no log yet'}`)
  }
}

async function invite({ config, server }: Installation): Promise<void> {
  const token = await server.modules.corps.invite()
  const address = config.publicUrl ?? `http://localhost:${config.port}`
  say(`Good once, for ${linkDays} days:\n\n  ${address}/setup/${token}\n`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
