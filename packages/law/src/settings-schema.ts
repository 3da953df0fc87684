import { z } from 'zod'

/** A calendar period of whole days, whole months, or both. */
export const periodSchema = z
  .strictObject({ days: z.int().min(0).max(36_600).exactOptional(), months: z.int().min(0).max(1200).exactOptional() })
  .readonly()

/** The settings of a corps as they stand in a key. Bounds are the pack's. */
export const settingsSchema = z
  .strictObject({
    keepFor: periodSchema.exactOptional(),
    warnings: z.int().exactOptional(),
    preRecordSeconds: z.int().exactOptional(),
    viewingIdleMinutes: z.int().exactOptional(),
    logRetention: periodSchema.exactOptional(),
    purposes: z.array(z.string()).readonly().exactOptional(),
  })
  .readonly()
