import type { ClockDrift, Recording, Sidecar } from '@getuige/contract'
import { CopyText, Facts } from '@getuige/ui'
import { formatBytes, formatDuration, formatInstant, formatNumber, formatPlace } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { sayDamage } from '../player/statements.tsx'
import { nameFormat } from './format-names.ts'

/** What is known of the file and where it comes from. */
export function RecordingFacts({ recording }: { recording: Recording }) {
  const { facts, media } = recording
  const unknown = <span className="text-ink-3">{t('recordings.unknown')}</span>
  const none = <span className="text-ink-3">{t('recordings.none')}</span>
  const sound = facts?.audio
  const picture = facts?.video
  // What cannot be read may hold both.
  const isUnread = facts === null || media.damage === 'no-index' || media.damage === 'unreadable'
  const device = facts === null ? [] : describeDevice(facts)
  const left = [
    {
      id: 'recorded',
      name: t('recordings.factRecorded'),
      value: (
        <>
          {formatInstant(recording.recordedAt, 'second')}
          {recording.recordedAtFrom === 'receipt' && (
            <span className="block text-sm text-ink-3">
              {facts?.createdAt == null
                ? t('recordings.timeFromReceiptWhy')
                : t('recordings.timeNotBelieved', { when: formatInstant(facts.createdAt, 'second') })}
            </span>
          )}
        </>
      ),
    },
    { id: 'received', name: t('recordings.factReceived'), value: formatInstant(recording.receivedAt, 'second') },
    {
      id: 'length',
      name: t('recordings.factLength'),
      value:
        media.durationMs === null ? (
          unknown
        ) : (
          <>
            {media.isTimedByProxy && '≈ '}
            {formatDuration(media.durationMs)}
            {media.isTimedByProxy && <span className="block text-sm text-ink-3">{t('recordings.lengthOfProxy')}</span>}
          </>
        ),
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
      // A track without a first place of its own says where it was all the same.
      id: facts?.location == null && facts?.trackFrom != null ? 'none' : 'location',
      name: t('recordings.factLocation'),
      value:
        facts?.location == null ? unknown : <span className="font-mono text-sm">{formatPlace(facts.location)}</span>,
    },
    ...(facts?.trackFrom == null
      ? []
      : [{ id: 'track', name: t('recordings.factTrack'), value: t(`recordings.trackFrom.${facts.trackFrom}`) }]),
    ...(facts?.drift == null
      ? []
      : [
          {
            id: 'clock',
            name: t('recordings.factClock'),
            value: (
              <>
                {sayDrift(facts.drift)}
                <span className="block text-sm text-ink-3">{t('recordings.driftWhy')}</span>
              </>
            ),
          },
        ]),
    ...(recording.sidecars.length === 0
      ? []
      : [{ id: 'sidecars', name: t('recordings.factSidecars'), value: <Sidecars sidecars={recording.sidecars} /> }]),
  ]
  const right = [
    {
      id: 'picture',
      name: t('recordings.factPicture'),
      value:
        facts === null || (picture == null && isUnread) ? (
          unknown
        ) : picture == null ? (
          none
        ) : (
          <>
            {t('recordings.factPictureValue', {
              codec: nameFormat(picture.codec),
              width: picture.widthPx,
              height: picture.heightPx,
            })}
            ,{' '}
            {picture.framesPerSecond === null
              ? t('recordings.factFpsUnknown')
              : t(facts.isVariableFrameRate ? 'recordings.factFpsVariable' : 'recordings.factFps', {
                  fps: formatNumber(picture.framesPerSecond, 2),
                })}
            {facts.rotation !== 0 && `, ${t('recordings.factRotation', { degrees: facts.rotation })}`}
          </>
        ),
    },
    {
      id: 'sound',
      name: t('recordings.factSound'),
      value:
        facts === null || (sound == null && isUnread)
          ? unknown
          : sound == null
            ? none
            : [
                t('recordings.factSoundValue', {
                  codec: nameFormat(sound.codec),
                  channels: sound.channels,
                  rate: formatNumber(sound.sampleRateHz),
                }),
                ...(facts.audioTracks > 1 ? [t('recordings.factSoundTracks', { count: facts.audioTracks })] : []),
              ].join(', '),
    },
    {
      id: 'container',
      name: t('recordings.factContainer'),
      value: facts?.container == null ? unknown : nameFormat(facts.container),
    },
    ...(device.length === 0 ? [] : [{ id: 'device', name: t('recordings.factDevice'), value: device.join(', ') }]),
    ...(facts?.signedVideo == null
      ? []
      : [
          {
            id: 'signed',
            name: t('recordings.factSigned'),
            value: t('recordings.factSignedValue', { scheme: facts.signedVideo }),
          },
        ]),
    {
      id: 'damage',
      name: t('recordings.factDamage'),
      value: media.playable === null ? unknown : <Damage recording={recording} />,
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
  const shownLeft = left.filter(({ id }) => id !== 'none' && !(isErased && (id === 'location' || id === 'sidecars')))
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

/** The file as a whole, and every part of its time line that cannot be shown as it was. */
function Damage({ recording: { media, damages } }: { recording: Recording }) {
  if (media.damage === 'none' && damages.length > 0) return <DamagedParts damages={damages} />
  return (
    <>
      {t(`recordings.damage.${media.damage}`)}
      {/* Of one without an index or content there is nothing more to say than that. */}
      {media.damage === 'truncated' && <DamagedParts damages={damages} />}
    </>
  )
}

const partsShown = 6

function DamagedParts({ damages }: Pick<Recording, 'damages'>) {
  const shown = damages.slice(0, partsShown)
  return (
    <ul className="text-sm text-ink-2">
      {shown.map((part) => (
        <li key={`${part.kind}${part.fromMs}`}>{sayDamage(part)}</li>
      ))}
      {damages.length > partsShown && <li>+ {formatNumber(damages.length - partsShown)}</li>}
    </ul>
  )
}

function Sidecars({ sidecars }: { sidecars: readonly Sidecar[] }) {
  return (
    <ul>
      {sidecars.map(({ id, name, sizeBytes, points, receivedAt, byDock }) => (
        <li key={id}>
          <span className="font-mono text-sm break-all">{name}</span>
          <span className="block text-sm text-ink-3">
            {t(byDock ? 'recordings.factSidecarOfDock' : 'recordings.factSidecarOfPerson', {
              size: formatBytes(sizeBytes),
              count: points,
              when: formatInstant(receivedAt),
            })}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** What the camera says of itself: it may be another than the one under which the recording was received. */
function describeDevice({ make, model, serial, firmware }: NonNullable<Recording['facts']>): string[] {
  const name = model !== null && make !== null && !model.startsWith(make) ? `${make} ${model}` : (model ?? make)
  return [
    ...(name === null ? [] : [name]),
    ...(serial === null ? [] : [t('recordings.factDeviceSerial', { serial })]),
    ...(firmware === null ? [] : [t('recordings.factFirmware', { version: firmware })]),
  ]
}

function sayDrift({ ms, against }: ClockDrift): string {
  const size = Math.abs(ms)
  if (size < 50) return t(`recordings.driftNone.${against}`)
  const time = size < 60_000 ? `${formatNumber(size / 1000, 1)} s` : formatDuration(size)
  return t(ms > 0 ? `recordings.driftAhead.${against}` : `recordings.driftBehind.${against}`, { time })
}
