import { testFaultsOf } from './stream-faults.ts';

testFaultsOf('binance');
