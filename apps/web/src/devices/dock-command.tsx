import { Secret } from '../app/secret.tsx'
import { t } from '../messages/translate.ts'

/** What to type at the computer of the dock: the token into the environment, then the command. */
export function DockCommand({ token, serial }: { token: string; serial: string }) {
  const shown = /^[\w.-]+$/.test(serial) ? serial : t('devices.serial').toUpperCase()
  const lines = [
    `export GETUIGE_DOCK_TOKEN=${token}`,
    `npx getuige dock ${t('setup.folder')} --server ${location.origin} --camera ${shown}`,
  ]
  return (
    <div>
      <p className="mb-2">{t('setup.nextDock')}</p>
      <Secret label={t('setup.command')} value={lines.join('\n')} />
    </div>
  )
}
