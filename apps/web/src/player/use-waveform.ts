import { viewingWaveformPath } from '@getuige/contract'
import { useQuery } from '@tanstack/react-query'

/** How loud each stretch is, 0 to 255; null where there is no sound, or nobody has listened to it yet. */
export function useWaveform(viewingId: string, isWanted: boolean, madeOf: string): Uint8Array | null {
  const { data = null } = useQuery<Uint8Array>({
    queryKey: ['waveform', viewingId, madeOf],
    queryFn: async ({ signal }) => {
      const answer = await fetch(viewingWaveformPath(viewingId), { credentials: 'same-origin', signal })
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : new Uint8Array()
    },
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  })
  return data === null || data.length === 0 ? null : data
}
