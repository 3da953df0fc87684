import { dayOf } from '@getuige/base'
import type { Recording } from '@getuige/contract'
import { Button, Facts, Panel } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { destinationsOf } from '../app/destinations.ts'
import { sayPermission } from '../app/permission.ts'
import { useSession } from '../app/session.ts'
import { formatDay, formatDuration } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { TagsDialog } from './tags-dialog.tsx'

const linkClass = 'text-accent underline underline-offset-2'

/** By what a recording is found, and what it hangs together with: tags, numbers, the shift, its original and clips. */
export function Connections({ recording }: { recording: Recording }) {
  const session = useSession()
  const mayList = destinationsOf(session).some(({ to }) => to === '/recordings')
  const [isEditing, setIsEditing] = useState(false)
  const { tags, clipOf, clips, wearer } = recording
  const numbers = [
    ...new Set([
      ...recording.keptUntil.holds.map(({ number }) => number),
      ...recording.assignments.map(({ reference }) => reference),
    ]),
  ].filter((number) => number !== '')
  const on = dayOf(new Date(recording.recordedAt), session.corps.timeZone)
  const isGone = recording.state === 'erased' || recording.state === 'erasing'
  const item = (id: string, name: string, value: ReactNode) => ({ id, name, value })

  return (
    <Panel
      title={t('search.linksTitle')}
      actions={
        isGone ? undefined : (
          <Button size="small" refusal={sayPermission(recording.may.assign)} onPress={() => setIsEditing(true)}>
            {t('search.tagsEdit')}
          </Button>
        )
      }
    >
      <Facts
        items={[
          item(
            'tags',
            t('search.tags'),
            tags.length === 0 ? (
              <span className="text-ink-3">{t('search.tagsNone')}</span>
            ) : (
              <span className="flex flex-wrap gap-1.5">
                {tags.map((tag) =>
                  mayList ? (
                    <Link
                      key={tag}
                      to="/recordings"
                      search={{ tag }}
                      className="rounded-full border border-edge px-2 text-sm text-accent hover:bg-sunken"
                    >
                      {tag}
                    </Link>
                  ) : (
                    <span key={tag} className="rounded-full border border-line px-2 text-sm">
                      {tag}
                    </span>
                  ),
                )}
              </span>
            ),
          ),
          ...(numbers.length === 0
            ? []
            : [
                item(
                  'files',
                  t('search.files'),
                  <span className="flex flex-col font-mono text-sm">
                    {numbers.map((number) =>
                      mayList ? (
                        <Link key={number} to="/recordings" search={{ file: number }} className={linkClass}>
                          {number}
                        </Link>
                      ) : (
                        <span key={number}>{number}</span>
                      ),
                    )}
                  </span>,
                ),
              ]),
          ...(wearer === null || !mayList
            ? []
            : [
                item(
                  'shift',
                  t('search.shift'),
                  <Link to="/shifts/$personId/$on" params={{ personId: wearer.id, on }} className={linkClass}>
                    {t('search.shiftOf', { name: wearer.name, date: formatDay(on) })}
                  </Link>,
                ),
              ]),
          ...(clipOf === null
            ? []
            : [
                item(
                  'cut-from',
                  t('search.cutFrom'),
                  <>
                    {clipOf.recordingId === null ? (
                      t('search.cutFromPart', { in: formatDuration(clipOf.inMs), out: formatDuration(clipOf.outMs) })
                    ) : (
                      <Link
                        to="/recordings/$recordingId"
                        params={{ recordingId: clipOf.recordingId }}
                        className={linkClass}
                      >
                        {t('search.cutFromPart', {
                          in: formatDuration(clipOf.inMs),
                          out: formatDuration(clipOf.outMs),
                        })}
                      </Link>
                    )}
                    {clipOf.reason !== null && (
                      <span className="block text-sm text-ink-2">
                        {t('search.cutBecause', { reason: clipOf.reason })}
                      </span>
                    )}
                  </>,
                ),
              ]),
          ...(clips.length === 0
            ? []
            : [
                item(
                  'clips',
                  t('search.clips'),
                  <ul>
                    {clips.map((clip) => (
                      <li key={clip.id}>
                        <Link to="/recordings/$recordingId" params={{ recordingId: clip.id }} className={linkClass}>
                          {t('search.clipPart', { in: formatDuration(clip.inMs), out: formatDuration(clip.outMs) })}
                        </Link>
                      </li>
                    ))}
                  </ul>,
                ),
              ]),
        ]}
      />
      {isEditing && <TagsDialog recording={recording} onClose={() => setIsEditing(false)} />}
    </Panel>
  )
}
