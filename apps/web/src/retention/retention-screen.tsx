import { Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { t } from '../messages/translate.ts'

export function RetentionScreen() {
  return (
    <Screen title={t('app.nav.retention')}>
      <Loading />
    </Screen>
  )
}
