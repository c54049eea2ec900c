import { removeFromServers } from './on-servers.ts';

/**
 * `node bench/remove-from-servers.ts <id> …`, with the environment that `make services` prints: removes what
 * runs of these ids left on the servers. A run that is interrupted starts it by itself.
 */
for (const id of process.argv.slice(2)) await removeFromServers(id);
