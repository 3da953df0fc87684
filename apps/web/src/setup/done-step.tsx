import { Button, buttonClass, Panel } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { useSessionOrNone } from '../app/session.ts'
import { DockCommand } from '../devices/dock-command.tsx'
import { t } from '../messages/translate.ts'
import { forget, useDraft } from './draft.ts'
import { Secrets } from './secrets.tsx'

/** Everything that is shown once, and what to do with it. */
export function DoneStep() {
  const { token, camera, corpsName } = useDraft()
  const corps = useSessionOrNone()?.corps.name ?? corpsName
  return (
    <div className="flex flex-col gap-4">
      <h2 tabIndex={-1} ref={(heading) => heading?.focus()} className="text-lg font-semibold outline-none">
        {t('setup.finishedTitle', { corps })}
      </h2>
      <Panel
        title={t('setup.secrets')}
        actions={
          <span className="print:hidden">
            <Button size="small" onPress={() => window.print()}>
              {t('app.print')}
            </Button>
          </span>
        }
      >
        <Secrets />
      </Panel>
      <Panel title={t('setup.whatNext')}>
        <ol className="flex list-decimal flex-col gap-3 pl-5">
          <li>{t('setup.nextPasswords')}</li>
          <li>{t('setup.nextSecond')}</li>
          {token !== null && (
            <li>
              <DockCommand token={token.value} serial={camera.serial} />
            </li>
          )}
          <li>{t(token === null ? 'setup.nextBrowserAlone' : 'setup.nextBrowser')}</li>
        </ol>
      </Panel>
      <div className="print:hidden">
        <Link to="/people" className={buttonClass({ variant: 'primary' })} onClick={forget}>
          {t('setup.toPeople')}
        </Link>
      </div>
    </div>
  )
}
