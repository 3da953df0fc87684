import type { RecordingId } from '@getuige/base'
import type { pictureKinds } from '@getuige/contract'
import { useQuery } from '@tanstack/react-query'
import { parseRefusal } from '../api/index.ts'

type Picture = Readonly<{ url: string | null; isMissing: boolean }>

/**
 * The storyboard of a recording, its frames side by side, fetched once and kept in memory until sign-out: the server
 * lets no picture be stored, and each look at one is entered in the custody trail. `url` is null while it is on its way.
 */
export function useStoryboard(recordingId: RecordingId, isWanted: boolean): Picture {
  return usePicture(recordingId, 'storyboard', isWanted)
}

/** The sheet for scrubbing, in the same way. Of a recording whose row says that there is one. */
export function useScrubSheet(recordingId: RecordingId, isWanted: boolean): Picture {
  return usePicture(recordingId, 'scrub', isWanted)
}

function usePicture(recordingId: RecordingId, kind: (typeof pictureKinds)[number], isWanted: boolean): Picture {
  const { data: url = null, isError } = useQuery<string>({
    queryKey: [kind, recordingId],
    // A picture does not change: what asks everything again after an act is given the one there is.
    queryFn: ({ client, queryKey, signal }) =>
      client.getQueryData<string>(queryKey) ?? fetchPicture(`/api/recordings/${recordingId}/${kind}`, signal),
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
