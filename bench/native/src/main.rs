//! The Rust peers: `<crossbeam|flume> <producers> <consumers> <bytes>` moves records through a bounded(4096) channel.
//!
//! For each line on standard input, one number of messages, it moves so many through a fresh channel and answers with
//! a line of JSON, as every measured program does: see bench/contestant.ts.
use std::hint::black_box;
use std::io::{self, BufRead, Write};
use std::thread;
use std::time::Instant;

const CAPACITY: usize = 4096;

/// What `N` numbers of 8 bytes make.
type Payload<const N: usize> = [f64; N];

#[derive(Clone, Copy)]
struct Contest {
    producers: u32,
    consumers: u32,
}

/// Million messages a second.
fn round<const N: usize>(library: &str, contest: Contest, messages: u32) -> f64 {
    match library {
        "crossbeam" => {
            let (sender, receiver) = crossbeam_channel::bounded::<Payload<N>>(CAPACITY);
            timed(contest, messages, sender, receiver, |to, payload| to.send(payload).unwrap(), |from| from.recv().ok())
        }
        "flume" => {
            let (sender, receiver) = flume::bounded::<Payload<N>>(CAPACITY);
            timed(contest, messages, sender, receiver, |to, payload| to.send(payload).unwrap(), |from| from.recv().ok())
        }
        _ => panic!("the library must be crossbeam or flume: got {library}"),
    }
}

fn timed<const N: usize, S, R>(
    Contest { producers, consumers }: Contest,
    messages: u32,
    sender: S,
    receiver: R,
    send: impl Fn(&S, Payload<N>) + Copy + Send + 'static,
    receive: impl Fn(&R) -> Option<Payload<N>> + Copy + Send + 'static,
) -> f64
where
    S: Clone + Send + 'static,
    R: Clone + Send + 'static,
{
    let share = messages / producers;
    let started = Instant::now();
    for _ in 0..producers {
        let sender = sender.clone();
        thread::spawn(move || {
            let mut payload = [0.25; N];
            for i in 0..share {
                payload[0] = f64::from(i);
                payload[1] = f64::from(i) * 0.5;
                send(&sender, payload);
            }
        });
    }
    drop(sender);
    let threads: Vec<_> = (0..consumers)
        .map(|_| {
            let receiver = receiver.clone();
            thread::spawn(move || {
                let (mut count, mut sum) = (0u32, 0.0);
                while let Some(payload) = receive(&receiver) {
                    sum += payload[0] + payload[1];
                    count += 1;
                    // All of it has been received, not only what is added up.
                    black_box(&payload);
                }
                black_box(sum);
                count
            })
        })
        .collect();
    let count: u32 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    let seconds = started.elapsed().as_secs_f64();
    assert_eq!(count, share * producers);
    f64::from(count) / seconds / 1e6
}

fn main() {
    let [library, producers, consumers, bytes]: [String; 4] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().expect("four arguments");
    let contest = Contest { producers: producers.parse().unwrap(), consumers: consumers.parse().unwrap() };
    let measure = match bytes.as_str() {
        "16" => round::<2>,
        "24" => round::<3>,
        "64" => round::<8>,
        "256" => round::<32>,
        _ => panic!("bytes must be 16, 24, 64 or 256: got {bytes}"),
    };
    println!("{{\"ready\":true}}");
    for line in io::stdin().lock().lines() {
        let messages = line.unwrap().trim().parse().unwrap();
        println!("{{\"value\":{}}}", measure(&library, contest, messages));
        io::stdout().flush().unwrap();
    }
}
