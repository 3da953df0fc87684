import { Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { t } from '../messages/translate.ts'

export function UploadScreen() {
  return (
    <Screen title={t('app.nav.upload')}>
      <Loading />
    </Screen>
  )
}
