/**
 * Makes bucket and queues on the servers of compose.yaml, from inside its network; compose.yaml runs it
 * in the image.
 */
import { prepareServices } from './prepare.ts';

await prepareServices({
  database: 'postgresql://bio-mcp:bio-mcp-development@postgres:5432/bio_mcp',
  s3: 'http://minio:9000',
  sqs: 'http://moto:5000',
});
