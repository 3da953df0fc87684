import type { Permission } from '@getuige/contract'
import { resolveLaw } from '@getuige/law'
import type { Database } from '#platform/database'
import { toContractSidecar } from '#media'
import type { Descriptions } from '../evidence/recordings/routes.ts'
import type { Modules } from './modules.ts'

/** What modules above tell the register's screens. */
export function describeRecordings(
  { corps, access, deployments, media, retention, vault }: Modules,
  db: Database,
): Descriptions {
  const damaged: Permission = { allowed: false, because: 'bytes-damaged', rule: null, whoMay: [], granting: [] }
  const unlessDamaged = (permission: Permission, isDamaged: boolean) =>
    isDamaged && permission.allowed ? damaged : permission
  return {
    damaged: vault.damaged,
    timeZone: async (actor) => (await corps.find(actor.corpsId)).timeZone,
    requireList: access.requireList,
    listFilter: (actor) => access.listFilter(actor, 'know'),
    listReadable: access.listReadable,
    requireKnow: (actor, recording) => access.require(db.of(actor.corpsId), 'know', actor, recording),
    mayPreview: (actor, listed) => access.listAllowed(db.of(actor.corpsId), 'preview', actor, listed),
    mayReadNotes: async (actor, recording) =>
      (await access.decide(db.of(actor.corpsId), 'view', actor, recording)).allowed,
    knownAsWearer: (actor, listed) => access.listKnownAsWearer(db.of(actor.corpsId), actor, listed),
    keptUntil: retention.keptUntil,
    async may(actor, recording, isDamaged) {
      const permissions = await access.permissions(
        db.of(actor.corpsId),
        [
          'view',
          'export',
          'place-hold',
          'lift-hold',
          'complete-activation',
          'assign',
          'request-mandate',
          'break-glass',
        ],
        actor,
        recording,
      )
      return {
        view: unlessDamaged(permissions.view, isDamaged),
        export: unlessDamaged(permissions.export, isDamaged),
        placeHold: permissions['place-hold'],
        liftHold: permissions['lift-hold'],
        completeActivation: permissions['complete-activation'],
        assign: permissions.assign,
        requestMandate: permissions['request-mandate'],
        breakGlass: permissions['break-glass'],
      }
    },
    purposes: async (actor, recording) =>
      (await access.listPurposes(db.of(actor.corpsId), actor, recording)).map(
        ({ id, label, legalBasis, asksReference, referencePattern, may }) => ({
          id,
          label,
          legalBasis,
          asksReference,
          referencePattern,
          may,
        }),
      ),
    assignments: async (actor, recording) =>
      (await access.assignmentsOn(actor, recording)).map(({ fromAt, untilAt, ...assignment }) => ({
        ...assignment,
        from: fromAt.toISOString(),
        until: untilAt.toISOString(),
      })),
    sidecars: async ({ corpsId, id }) => (await media.listSidecars(corpsId, id)).map(toContractSidecar),
    activation: async (recording) => {
      const { activation } = resolveLaw(recording.law)
      const stored = await deployments.findActivation(recording)
      return {
        activationChoices: {
          warningsAsked: activation.warnings.value,
          preRecordSeconds: activation.preRecordSeconds.value,
          exceptions: [...activation.exceptions],
          triggers: [...activation.triggers],
        },
        activationRecord:
          stored === undefined
            ? null
            : {
                ...stored,
                firstWarningAt: stored.firstWarningAt?.toISOString() ?? null,
                secondWarningAt: stored.secondWarningAt?.toISOString() ?? null,
                completedAt: stored.completedAt.toISOString(),
              },
      }
    },
  }
}
