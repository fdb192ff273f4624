/**
 * Migrations of the document format: `MIGRATIONS[v]` turns a document of version v into one of version v + 1. Contiguous from 1;
 * a new version adds one entry here and one pair of files in test/document/migrations.
 */
import type { Json } from './schema.js';

/** A document of an older version: any JSON object. */
export type OldDocument = { readonly [key: string]: Json };
/** Steps from each version to the next. */
export type Migrations = Readonly<Record<number, (document: OldDocument) => OldDocument>>;

/** The steps that this build knows; version 1 is the first. */
export const MIGRATIONS: Migrations = {};

/** Brings a document from its version to `newest`, one step at a time. */
export function migrate(
  document: OldDocument,
  from: number,
  newest: number,
  migrations: Migrations = MIGRATIONS,
): OldDocument {
  let current = document;
  for (let version = from; version < newest; version++) {
    const step = migrations[version];
    if (step === undefined) throw new RangeError(`no migration from document version ${version}`);
    current = { ...step(current), version: version + 1 };
  }
  return current;
}
