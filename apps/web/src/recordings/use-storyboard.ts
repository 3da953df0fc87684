import type { RecordingId } from '@getuige/base'
import { useQuery } from '@tanstack/react-query'
import { parseRefusal } from '../api/index.ts'

/**
 * The storyboard of a recording, its frames side by side, fetched once and kept in memory until sign-out: the server
 * lets no picture be stored, and each look at one is entered in the custody trail. `url` is null while it is on its way.
 */
export function useStoryboard(recordingId: RecordingId, isWanted: boolean): { url: string | null; isMissing: boolean } {
  const { data: url = null, isError } = useQuery<string>({
    queryKey: ['storyboard', recordingId],
    // A picture does not change: what asks everything again after an act is given the one there is.
    queryFn: ({ client, queryKey, signal }) =>
      client.getQueryData<string>(queryKey) ?? fetchPicture(`/api/recordings/${recordingId}/storyboard`, signal),
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return { url, isMissing: isError }
}

export async function fetchPicture(address: string, signal: AbortSignal): Promise<string> {
  const answer = await fetch(address, { credentials: 'same-origin', signal })
  if (!answer.ok) throw parseRefusal(await answer.text())
  const picture = await answer.blob()
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(typeof reader.result === 'string' ? reader.result : ''))
    reader.addEventListener('error', () => reject(reader.error ?? new Error('a picture cannot be read')))
    reader.readAsDataURL(picture)
  })
}
