import type { Recording } from '@getuige/contract'
import { CopyText, Facts } from '@getuige/ui'
import { formatBytes, formatDuration, formatInstant, formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** What is known of the file and where it comes from. */
export function RecordingFacts({ recording }: { recording: Recording }) {
  const { facts, media } = recording
  const unknown = <span className="text-ink-3">{t('recordings.unknown')}</span>
  const none = <span className="text-ink-3">{t('recordings.none')}</span>
  const sound = facts?.audio
  const picture = facts?.video
  const left = [
    {
      id: 'recorded',
      name: t('recordings.factRecorded'),
      value: (
        <>
          {formatInstant(recording.recordedAt, 'second')}
          {recording.recordedAtFrom === 'receipt' && (
            <span className="block text-sm text-ink-3">{t('recordings.timeFromReceiptWhy')}</span>
          )}
        </>
      ),
    },
    { id: 'received', name: t('recordings.factReceived'), value: formatInstant(recording.receivedAt, 'second') },
    {
      id: 'length',
      name: t('recordings.factLength'),
      value: media.durationMs === null ? unknown : formatDuration(media.durationMs),
    },
    { id: 'wearer', name: t('recordings.factWearer'), value: recording.wearer?.name ?? t('recordings.wearerNone') },
    {
      id: 'camera',
      name: t('recordings.factCamera'),
      value: (
        <>
          {recording.camera.label}{' '}
          <span className="text-ink-3">{t('recordings.factSerial', { serial: recording.camera.serial })}</span>
        </>
      ),
    },
    {
      id: 'location',
      name: t('recordings.factLocation'),
      value:
        facts?.location == null ? (
          unknown
        ) : (
          <span className="font-mono text-sm">
            {facts.location.latitude.toFixed(5)}, {facts.location.longitude.toFixed(5)}
          </span>
        ),
    },
  ]
  const right = [
    {
      id: 'picture',
      name: t('recordings.factPicture'),
      value:
        facts === null ? (
          unknown
        ) : picture == null ? (
          none
        ) : (
          <>
            {t('recordings.factPictureValue', {
              codec: picture.codec,
              width: picture.widthPx,
              height: picture.heightPx,
            })}
            ,{' '}
            {picture.framesPerSecond === null
              ? t('recordings.factFpsUnknown')
              : t('recordings.factFps', { fps: formatNumber(picture.framesPerSecond, 2) })}
          </>
        ),
    },
    {
      id: 'sound',
      name: t('recordings.factSound'),
      value:
        facts === null
          ? unknown
          : sound == null
            ? none
            : t('recordings.factSoundValue', {
                codec: sound.codec,
                channels: sound.channels,
                rate: formatNumber(sound.sampleRateHz),
              }),
    },
    { id: 'container', name: t('recordings.factContainer'), value: facts?.container ?? unknown },
    {
      id: 'damage',
      name: t('recordings.factDamage'),
      value: media.playable === null ? unknown : t(`recordings.damage.${media.damage}`),
    },
    { id: 'size', name: t('recordings.factSize'), value: formatBytes(recording.sizeBytes) },
    {
      id: 'name',
      name: t('recordings.factName'),
      value:
        recording.originalName === '' ? (
          unknown
        ) : (
          <span className="font-mono text-sm break-all">{recording.originalName}</span>
        ),
    },
  ]
  // Of an erased recording the content is unknown because it is gone: only what the register keeps is listed.
  const isErased = recording.state === 'erased'
  const shownLeft = isErased ? left.filter(({ id }) => id !== 'location') : left
  const shownRight = isErased ? right.filter(({ id }) => id === 'size') : right
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-x-8 gap-y-1.5 xl:grid-cols-2">
        <Facts items={shownLeft} className="content-start max-xl:grid-cols-[8rem_minmax(0,1fr)]" />
        <Facts items={shownRight} className="content-start max-xl:grid-cols-[8rem_minmax(0,1fr)]" />
      </div>
      <div>
        <p className="mb-1 text-ink-3">{t('recordings.factDigest')}</p>
        <CopyText
          isBlock
          label={t('recordings.factDigest')}
          value={recording.sha256}
          copyLabel={t('app.copy')}
          copiedLabel={t('app.copied')}
        />
      </div>
    </div>
  )
}
