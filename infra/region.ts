/** Prints the region that the settings name, for whoever logs in before anything is deployed. */
import process from 'node:process';
import { loadAws } from '@feedlake/config';

process.stdout.write(`${loadAws().region}\n`);
