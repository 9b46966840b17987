import { testFaultsOf } from './stream-faults.ts';

testFaultsOf('backpack');
