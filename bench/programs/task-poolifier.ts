/** The worker file of poolifier. */
import { ThreadWorker } from 'poolifier';
import { work } from './work.js';

interface Task {
  readonly microseconds: number;
}

export default new ThreadWorker<Task, number>((task) => work((task as Task).microseconds));
