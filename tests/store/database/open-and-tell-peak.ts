/**
 * Opens the embedded database in the folder named, closes it, and writes the highest memory of the
 * process in MB.
 */
import { openPglite } from '../../../src/store/database/database.ts';

const [, , folder = ''] = process.argv;
await (await openPglite({ folder }))[Symbol.asyncDispose]();
process.stdout.write(String(process.resourceUsage().maxRSS / 1024));
