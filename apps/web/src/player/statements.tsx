import type { DamagedPart, ProxyFacts, Recording } from '@getuige/contract'
import { ShapeMark } from '@getuige/ui'
import { formatBytes, formatInstant, formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { nameFormat } from '../recordings/format-names.ts'
import { elapsed } from './player-time.ts'
import type { Player } from './use-player.ts'

export function sayDamage({ kind, fromMs, toMs }: DamagedPart): string {
  const what = t(`player.damage.${kind}`)
  return toMs === null
    ? t('player.damageOnward', { what, from: elapsed(fromMs) })
    : t('player.damageBetween', { what, from: elapsed(fromMs), to: elapsed(toMs) })
}

/**
 * How much of it is from before the camera was switched on, as the law has it: what is left of those seconds in a clip, or
 * in a file that begins so long after the first of its recording.
 */
export function preRecordMs({ activationChoices, clipOf, media }: Recording, sinceFirstMs: number): number {
  const left = activationChoices.preRecordSeconds * 1000 - (clipOf?.fromMs ?? 0) - sinceFirstMs
  return Math.max(0, Math.min(left, media.durationMs ?? left))
}

/** What must be known of what one looks at: that it is a proxy, what is damaged, what is from before. In words. */
export function Statements({ recording, player, preMs }: { recording: Recording; player: Player; preMs: number }) {
  const { damages, proxy, media, facts } = recording
  const [pictureTracks, soundTracks] = [facts?.pictureTracks ?? 0, facts?.audioTracks ?? 0]
  const isProxy = media.rendition === 'proxy' && proxy !== null
  const lines = [
    ...damages.map((part) => ({ id: `${part.kind}${part.fromMs}`, shape: 'triangle' as const, text: sayDamage(part) })),
    ...(preMs > 0
      ? [{ id: 'pre', shape: 'dotted' as const, text: t('player.preRecord', { seconds: formatNumber(preMs / 1000) }) }]
      : []),
    ...(pictureTracks > 1
      ? [{ id: 'pictures', shape: 'ring' as const, text: t('player.pictureTracksOne', { count: pictureTracks }) }]
      : []),
    ...(soundTracks > 1 && player.state.soundTracks.length === 0
      ? [{ id: 'sound', shape: 'ring' as const, text: t('player.soundTracksOne', { count: soundTracks }) }]
      : []),
    ...(recording.clipOf === null
      ? []
      : [
          {
            id: 'clip',
            shape: 'ring' as const,
            text: t('player.isClip', { from: elapsed(recording.clipOf.fromMs), to: elapsed(recording.clipOf.toMs) }),
          },
        ]),
  ]
  if (lines.length === 0 && !isProxy) return null
  return (
    <ul aria-label={t('player.statements')} className="flex flex-col gap-0.5 text-sm text-ink-2">
      {isProxy && (
        <li className="flex items-baseline gap-1.5">
          <ShapeMark shape="ring" className="shrink-0 text-ink-3" />
          <ProxyWords proxy={proxy} soundCodec={facts?.audio?.codec ?? null} />
        </li>
      )}
      {lines.map(({ id, shape, text }) => (
        <li key={id} className="flex items-baseline gap-1.5">
          <ShapeMark shape={shape} className={shape === 'triangle' ? 'shrink-0 text-loss' : 'shrink-0 text-ink-3'} />
          <span className="min-w-0 text-pretty">{text}</span>
        </li>
      ))}
    </ul>
  )
}

function ProxyWords({ proxy, soundCodec }: { proxy: ProxyFacts; soundCodec: string | null }) {
  const isSoundNew =
    proxy.method === 'remuxed' && proxy.audioCodec !== null && soundCodec !== null && proxy.audioCodec !== soundCodec
  const parameters = [
    t(isSoundNew ? 'player.proxySoundEncoded' : `player.proxyMethod.${proxy.method}`),
    proxy.videoCodec === null ? null : nameFormat(proxy.videoCodec),
    proxy.heightPx === null ? null : t('player.proxyHeight', { height: proxy.heightPx }),
    proxy.framesPerSecond === null ? null : t('player.proxyRate', { rate: formatNumber(proxy.framesPerSecond, 2) }),
    proxy.audioCodec === null ? null : nameFormat(proxy.audioCodec),
    formatBytes(proxy.sizeBytes),
  ].filter((part) => part !== null)
  return (
    <details className="min-w-0 flex-1">
      <summary className="cursor-pointer text-pretty pointer-coarse:min-h-11">
        <span className="font-medium text-ink">{t('player.proxy')}</span> {parameters.join(' · ')}.{' '}
        {t('player.proxyOriginal')}
      </summary>
      <p className="mt-1 break-words">
        {t('player.proxyMade', { when: formatInstant(proxy.madeAt, 'second') })}{' '}
        <code className="font-mono text-xs break-all">{proxy.madeBy}</code>
      </p>
      <p className="font-mono text-xs break-all">SHA-256 {proxy.sha256}</p>
    </details>
  )
}
