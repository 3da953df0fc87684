export * from './acts.ts'
export * from './facts.ts'
export * from './pack.ts'
