import type { RecordingId } from '@getuige/base'
import { useQuery } from '@tanstack/react-query'
import { fetchPicture } from '../recordings/use-storyboard.ts'

/** The sheet of small pictures of a recording, kept in memory until sign-out; null until it is there. */
export function useScrubSheet(recordingId: RecordingId, isWanted: boolean): string | null {
  const { data = null } = useQuery<string>({
    queryKey: ['scrub', recordingId],
    queryFn: ({ client, queryKey, signal }) =>
      client.getQueryData<string>(queryKey) ?? fetchPicture(`/api/recordings/${recordingId}/scrub`, signal),
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return data
}
