import { setPriority } from 'node:os'

/** For a child: pictures may wait; somebody who watches a recording may not. */
export function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, 10)
  } catch {
    // The child has ended already, or this system does not let us.
  }
}
