import { classNames } from './class-names.ts'

/** The place of what is being fetched. `label` is what a screen reader hears. */
export function Skeleton({ label, rows = 4, className }: { label: string; rows?: number; className?: string }) {
  return (
    <div role="status" aria-label={label} className={classNames('flex flex-col gap-3', className)}>
      {Array.from({ length: rows }, (_, row) => (
        <div
          key={row}
          className="h-8 animate-pulse rounded bg-sunken motion-reduce:animate-none"
          style={{ width: `${100 - ((row * 17) % 45)}%` }}
        />
      ))}
    </div>
  )
}
