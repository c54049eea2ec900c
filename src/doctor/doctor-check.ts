import type { CallOptions } from '../domain/call-options.ts';

/** One thing that the settings make this installation depend on. */
export interface DoctorCheck {
  readonly name: string;
  /** Uses it as the system does; resolves to a few words of what was seen. What it throws says what to do. */
  examine(options: CallOptions): Promise<string>;
}
