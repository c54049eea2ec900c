/** A setting as the process has it. */
export interface SettingFact {
  name: string;
  /** As it was written, or what holds where it was not; `null`: it is a secret. */
  value: string | null;
  isSet: boolean;
  isSecret: boolean;
}
