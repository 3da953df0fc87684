import type { RecordingId, TaskId } from '@getuige/base'
import { getRecording, listTasks, type Task, task as taskShape, taskEventsPath } from '@getuige/contract'
import { hashKey, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { query, queryClient } from '../api/index.ts'
import { isUnder, mergeTask } from './task-words.ts'

/** How often tasks are asked for while the server tells of each change, and while it does not. */
const askLiveMs = 60_000
export const askMs = 5_000
/** Until the server is asked for a stream again, after it refused one. */
const againMs = 15_000

const tasksQuery = query(listTasks, {})
const tasksHash = hashKey(tasksQuery.queryKey)
type Listed = Readonly<{ tasks: Task[] }>

const listeners = new Set<() => void>()
let source: EventSource | null = null
let again: ReturnType<typeof setTimeout> | undefined
let isLive = false

function setLive(live: boolean): void {
  if (isLive === live) return
  isLive = live
  for (const listener of listeners) listener()
}

function readTask(data: unknown): Task | null {
  try {
    const parsed = taskShape.safeParse(typeof data === 'string' ? JSON.parse(data) : null)
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

function note(changed: Task): void {
  const before = queryClient.getQueryData<Listed>(tasksQuery.queryKey)?.tasks.find(({ id }) => id === changed.id)
  queryClient.setQueryData<Listed>(tasksQuery.queryKey, (known) =>
    known === undefined ? known : { tasks: mergeTask(known.tasks, changed) },
  )
  // What came of it stands on the page of its recording.
  if (!isUnder(changed) && (before === undefined || isUnder(before))) {
    void queryClient.invalidateQueries({ queryKey: [getRecording.path, { recordingId: changed.recordingId }] })
  }
}

function open(): void {
  if (source !== null || document.visibilityState === 'hidden') return
  const stream = new EventSource(taskEventsPath)
  source = stream
  stream.addEventListener('open', () => {
    setLive(true)
    // What changed while nobody listened.
    void queryClient.invalidateQueries({ queryKey: tasksQuery.queryKey })
  })
  stream.addEventListener('message', ({ data }) => {
    const changed = readTask(data)
    if (changed !== null) note(changed)
  })
  stream.addEventListener('error', () => {
    setLive(false)
    // The browser reconnects by itself, unless the server refused.
    if (stream.readyState !== EventSource.CLOSED || source !== stream) return
    source = null
    clearTimeout(again)
    again = setTimeout(() => listeners.size > 0 && open(), againMs)
  })
}

function close(): void {
  clearTimeout(again)
  source?.close()
  source = null
  setLive(false)
}

/** A browser has few connections to one server: pages that nobody looks at hold none. */
function followVisibility(): void {
  if (document.visibilityState === 'hidden') close()
  else open()
}

/** The stream is open for as long as somebody listens, which ends with the session. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (listeners.size === 1) {
    document.addEventListener('visibilitychange', followVisibility)
    open()
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    document.removeEventListener('visibilitychange', followVisibility)
    close()
  }
}

/**
 * Every task that this person may know of, as it stands now: told by the server as it changes, or asked for every few
 * seconds where it cannot tell.
 */
export function useTasks() {
  const live = useSyncExternalStore(subscribe, () => isLive)
  const { data, error, refetch } = useQuery({ ...tasksQuery, refetchInterval: live ? askLiveMs : askMs })
  return { tasks: data?.tasks, error, refetch, isLive: live }
}

/** One task; undefined until it is known. */
export function useTask(taskId: TaskId | null): Task | undefined {
  return useTasks().tasks?.find(({ id }) => id === taskId)
}

/** The tasks of one recording, newest first, of this kind where one is given; undefined until they are known. */
export function useTasksOf(recordingId: RecordingId, kind?: Task['kind']): readonly Task[] | undefined {
  const { tasks } = useTasks()
  return useMemo(
    () => tasks?.filter((one) => one.recordingId === recordingId && (kind === undefined || one.kind === kind)),
    [tasks, recordingId, kind],
  )
}

/** Calls with each task that ends while the screen stands; what had ended before is not news. */
export function useEnded(onEnd: (ended: Task) => void): void {
  useEffect(() => {
    const under = new Set<string>()
    const look = () => {
      for (const one of queryClient.getQueryData<Listed>(tasksQuery.queryKey)?.tasks ?? []) {
        if (isUnder(one)) under.add(one.id)
        else if (under.delete(one.id)) onEnd(one)
      }
    }
    look()
    return queryClient.getQueryCache().subscribe(({ query: { queryHash } }) => {
      if (queryHash === tasksHash) look()
    })
  }, [onEnd])
}
