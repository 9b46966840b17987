import * as z from 'zod';

const steps = (from: number, to: number, by: number): number[] =>
  Array.from({ length: (to - from) / by + 1 }, (_, index) => from + index * by);

/**
 * GB of memory that Fargate offers for a number of vCPUs.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
const memories: ReadonlyMap<number, readonly number[]> = new Map([
  [0.25, [0.5, 1, 2]],
  [0.5, steps(1, 4, 1)],
  [1, steps(2, 8, 1)],
  [2, steps(4, 16, 1)],
  [4, steps(8, 30, 1)],
  [8, steps(16, 60, 4)],
  [16, steps(32, 120, 8)],
]);

/** Size of a task on Fargate: `cpu` in vCPUs and `memory_gb`, in one of the combinations that exist. */
export const fargateSize = ({ cpu, memory }: { cpu: number; memory: number }) =>
  z
    .strictObject({
      cpu: z
        .literal([...memories.keys()])
        .default(cpu)
        .describe('vCPUs of a task'),
      memory_gb: z
        .number()
        .positive()
        .default(memory)
        .describe('Memory of a task, in GB; Fargate has steps for each `cpu`'),
    })
    .superRefine((size, context) => {
      const offered = memories.get(size.cpu);
      if (offered === undefined || offered.includes(size.memory_gb)) return;
      const message = `one of ${offered.join(', ')} with ${size.cpu} vCPU`;
      context.addIssue({ code: 'custom', path: ['memory_gb'], message });
    });
