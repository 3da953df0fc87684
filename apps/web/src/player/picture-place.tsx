import { listPieces, type Recording } from '@getuige/contract'
import { type Shape, ShapeMark } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { query } from '../api/index.ts'
import { saySentences } from '../app/permission.ts'
import { t } from '../messages/translate.ts'
import { Certificate } from '../recordings/certificate.tsx'
import { Arrived, GateActs, isGateClosed } from '../recordings/gate.tsx'
import { useTasksOf } from '../tasks/task-feed.ts'
import { TaskProgress } from '../tasks/task-progress.tsx'
import { Playing } from './playing.tsx'
import type { Piece } from './pieces.ts'
import { PurposeForm, type Viewing, type ViewingEnd } from './purpose-form.tsx'

/** The place of the picture: the form before it, the player, or in words why there is none. */
export function PicturePlace({ recording }: { recording: Recording }) {
  const [viewings, setViewings] = useState<readonly Viewing[]>([])
  const [ended, setEnded] = useState<ViewingEnd | null>(null)
  const { state, media, may } = recording
  const { data } = useQuery({
    ...query(listPieces, { params: { recordingId: recording.id } }),
    enabled: state === 'viewable' && may.view.allowed,
  })
  const pieces: readonly Piece[] = data?.pieces ?? []

  if (state === 'erased') return <Certificate recording={recording} recordingId={recording.id} />
  if (state === 'erasing') {
    return (
      <NoPicture shape="ring" title={t('recordings.erasingTitle')}>
        {t('recordings.erasingBody')}
      </NoPicture>
    )
  }
  if (recording.isDamaged) {
    return (
      <NoPicture shape="triangle" title={t('recordings.bytesDamagedTitle')}>
        <p>{t('errors.permission.bytes-damaged')}</p>
        <p>{t('recordings.bytesDamagedBody')}</p>
      </NoPicture>
    )
  }
  if (viewings.length > 0) {
    return (
      <Playing
        recording={recording}
        pieces={pieces}
        viewings={viewings}
        onStarted={setViewings}
        onEnded={(because) => {
          setViewings([])
          setEnded(because)
        }}
      />
    )
  }
  if ((media.playable === false && media.rendition !== 'making') || media.rendition === 'none') {
    return (
      <NoPicture shape="triangle" title={t('recordings.damagedTitle')}>
        {media.damage !== 'none' && <p className="font-medium text-ink">{t(`recordings.damage.${media.damage}`)}</p>}
        <p>{t('recordings.damagedBody')}</p>
      </NoPicture>
    )
  }
  if (media.playable === null) {
    return (
      <NoPicture shape="dotted" title={t('recordings.waitingTitle')}>
        {t('recordings.waitingBody')}
      </NoPicture>
    )
  }
  // Refused for nothing but that there is no copy yet.
  if (media.rendition === 'making' && (may.view.allowed || may.view.because === 'cannot-be-decoded'))
    return <BeingMade recording={recording} />
  const refusal = saySentences(may.view)
  if (refusal.length > 0) {
    return (
      <NoPicture shape="cross" title={t(isGateClosed(recording) ? 'recordings.gateTitle' : 'recordings.cannotView')}>
        <Arrived recording={recording} />
        {refusal.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        <GateActs recording={recording} />
      </NoPicture>
    )
  }
  return (
    <section aria-label={t('recordings.pictureLabel')} className="rounded border border-line bg-panel px-5 py-5">
      <PurposeForm
        recording={recording}
        pieces={pieces}
        ended={ended}
        onStarted={(started) => {
          setViewings(started)
          setEnded(null)
        }}
      />
      <GateActs recording={recording} />
    </section>
  )
}

/** What a browser can play is on its way: how far it is, and what is wrong with it if anything is. */
function BeingMade({ recording }: { recording: Recording }) {
  const task = useTasksOf(recording.id, 'proxy')?.[0]
  return (
    <NoPicture shape="dotted" title={t('player.makingTitle')}>
      <p>{t('player.makingBody')}</p>
      {task !== undefined && <TaskProgress task={task} />}
    </NoPicture>
  )
}

function NoPicture({ shape, title, children }: { shape: Shape; title: string; children: ReactNode }) {
  return (
    <section
      aria-label={t('recordings.pictureLabel')}
      className="flex min-h-72 flex-col items-center justify-center gap-2 rounded border border-dashed border-edge bg-sunken px-6 py-10 text-center"
    >
      <ShapeMark shape={shape} className="size-5! text-ink-3" />
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="flex max-w-prose flex-col gap-1 text-pretty text-ink-2">{children}</div>
    </section>
  )
}
