import { Button } from '@getuige/ui'

/** The foot of a list that is fetched a page at a time; nothing when all of it is there. */
export function ShowMore({
  label,
  list,
}: {
  label: string
  list: Readonly<{ hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> }>
}) {
  if (!list.hasNextPage) return null
  return (
    <div className="p-3">
      <Button size="small" isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
        {label}
      </Button>
    </div>
  )
}
