import type { PersonId, RecordingId } from '@getuige/base'
import { instant, recordingFilters } from '@getuige/contract'
import { createRootRoute, createRoute, createRouter, Navigate, redirect } from '@tanstack/react-router'
import { z } from 'zod'
import { logAddress } from '../access-log/log-search.ts'
import { queryClient } from '../api/index.ts'
import { homeOf } from './destinations.ts'
import { lazyPart } from './newer-version.tsx'
import { NotFoundScreen } from './not-found-screen.tsx'
import { Root } from './root.tsx'
import { CrashScreen } from './crash-screen.tsx'
import { sessionQuery, useSessionOrNone } from './session.ts'

/** The state of a screen that stands in its address. What is not well-formed there is left out, not refused. */
function searchOf<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>) {
  return (search: Record<string, unknown>): z.output<z.ZodObject<Shape>> => {
    // The router lays this over what stands in the address: what is left out must be said to be nothing.
    const nothing = Object.fromEntries(Object.keys(search).map((name) => [name, undefined]))
    const kept = Object.entries(schema.shape).flatMap(([name, part]) => {
      const given = search[name]
      const parsed = z.safeParse(part, typeof given === 'number' ? String(given) : given)
      return parsed.success && parsed.data !== undefined ? [[name, parsed.data]] : []
    })
    return { ...nothing, ...Object.fromEntries(kept) } as z.output<z.ZodObject<Shape>>
  }
}

const rootRoute = createRootRoute({ component: Root, notFoundComponent: NotFoundScreen, errorComponent: CrashScreen })

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: async () => {
    const session = await queryClient.ensureQueryData(sessionQuery).catch(() => null)
    if (session !== null) throw redirect({ to: homeOf(session), replace: true })
  },
  // Whoever signs in here, or chooses a first password here, is already past `beforeLoad`.
  component: function Home() {
    const session = useSessionOrNone()
    return session === null ? null : <Navigate to={homeOf(session)} replace />
  },
})

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup/$token',
  component: lazyPart(async () => (await import('../setup/setup-screen.tsx')).SetupScreen),
})

const recordingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/recordings',
  validateSearch: searchOf(recordingFilters),
  component: lazyPart(async () => (await import('../recordings/recordings-screen.tsx')).RecordingsScreen),
})

const recordingParams = {
  parse: (params: { recordingId: string }) => ({ recordingId: params.recordingId as RecordingId }),
  stringify: (params: { recordingId: RecordingId }) => ({ recordingId: params.recordingId }),
}

const recordingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/recordings/$recordingId',
  params: recordingParams,
  component: lazyPart(async () => (await import('../recordings/recording-screen.tsx')).RecordingScreen),
})

const ownRecordingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/own',
  component: lazyPart(async () => (await import('../activation/own-recordings-screen.tsx')).OwnRecordingsScreen),
})

const ownRecordingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/own/$recordingId',
  params: recordingParams,
  component: lazyPart(async () => (await import('../activation/own-recording-screen.tsx')).OwnRecordingScreen),
})

const togetherRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/together',
  validateSearch: searchOf(
    z.object({
      /** Up to four recordings, with commas between them. */
      ids: z
        .string()
        .regex(/^rec_[0-9a-z]{26}(,rec_[0-9a-z]{26}){0,3}$/)
        .optional(),
      at: instant.optional(),
    }),
  ),
  component: lazyPart(async () => (await import('../together/together-screen.tsx')).TogetherScreen),
})

const shiftRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/shifts/$personId/$on',
  params: {
    parse: ({ personId, on }: { personId: string; on: string }) => ({ personId: personId as PersonId, on }),
    stringify: ({ personId, on }: { personId: PersonId; on: string }) => ({ personId, on }),
  },
  component: lazyPart(async () => (await import('../together/shift-screen.tsx')).ShiftScreen),
})

const uploadRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/upload',
  component: lazyPart(async () => (await import('../ingest/upload-screen.tsx')).UploadScreen),
})

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people',
  validateSearch: searchOf(z.object({ show: z.enum(['left', 'locked']).optional() })),
  component: lazyPart(async () => (await import('../corps/people-screen.tsx')).PeopleScreen),
})

const camerasRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/cameras',
  component: lazyPart(async () => (await import('../devices/cameras-screen.tsx')).CamerasScreen),
})

const approvalsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/approvals',
  component: lazyPart(async () => (await import('../approvals/approvals-screen.tsx')).ApprovalsScreen),
})

const mandatesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/mandates',
  component: lazyPart(async () => (await import('../mandates/mandates-screen.tsx')).MandatesScreen),
})

const retentionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/retention',
  component: lazyPart(async () => (await import('../retention/retention-screen.tsx')).RetentionScreen),
})

const lawRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/law',
  component: lazyPart(async () => (await import('../law/law-screen.tsx')).LawScreen),
})

const oversightRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/oversight',
  component: lazyPart(async () => (await import('../oversight/oversight-screen.tsx')).OversightScreen),
})

const oversightDocumentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/oversight/$document',
  validateSearch: searchOf(logAddress.pick({ from: true, to: true })),
  component: lazyPart(async () => (await import('../oversight/document-screen.tsx')).DocumentScreen),
})

const accessLogRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/access-log',
  validateSearch: searchOf(logAddress),
  component: lazyPart(async () => (await import('../access-log/access-log-screen.tsx')).AccessLogScreen),
})

const verificationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/verification',
  component: lazyPart(async () => (await import('../custody/verification-screen.tsx')).VerificationScreen),
})

const tasksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tasks',
  component: lazyPart(async () => (await import('../tasks/tasks-screen.tsx')).TasksScreen),
})

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  component: lazyPart(async () => (await import('../account/account-screen.tsx')).AccountScreen),
})

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    setupRoute,
    recordingsRoute,
    recordingRoute,
    ownRecordingsRoute,
    ownRecordingRoute,
    togetherRoute,
    shiftRoute,
    uploadRoute,
    peopleRoute,
    camerasRoute,
    approvalsRoute,
    mandatesRoute,
    retentionRoute,
    lawRoute,
    oversightRoute,
    oversightDocumentRoute,
    accessLogRoute,
    verificationRoute,
    tasksRoute,
    accountRoute,
  ]),
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
