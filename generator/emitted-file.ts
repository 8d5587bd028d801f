/** Emitted files: what the later stages hand on, and where bundles go. */

/** A file to be written. */
export interface EmittedFile {
  /** Relative to the output folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Below the output folder. */
export const BUNDLE_FOLDER = 'bundle';
