import { findMath } from './latex-table.ts';

const RAISED = /^[⁰¹²³⁴-⁻⁼⁽⁾ⁿⁱᴬ-ᵡᶜᶠᶿʰ-ʸˡˢˣ]+$/u;
const LOWERED = /^[₀-₎ₐ-ₜᵢ-ᵪⱼ]+$/u;

/** "⁻⁶" → `{$^{-6}$}`, "₂" → `{$_{2}$}`; `null` for what is neither raised nor lowered. */
export function toRaisedRun(run: string): string | null {
  if (RAISED.test(run)) return `{$^{${toMath(run)}}$}`;
  return LOWERED.test(run) ? `{$_{${toMath(run)}}$}` : null;
}

/** Unicode leads each raised form back to its character. */
function toMath(run: string): string {
  const plain = run.normalize('NFKC').replaceAll('−', '-');
  return plain.replace(/[A-Za-z]+|\P{ASCII}/gu, (piece) =>
    /^[A-Za-z]/.test(piece) ? `\\mathrm{${piece}}` : (findMath(piece) ?? piece),
  );
}
