//! crossbeam-channel, bounded(4096), 24-byte records: `crossbeam <producers>`.
//!
//! For each line on standard input, one number of messages, it moves so many through a fresh channel and answers with
//! a line of JSON, as every measured program does: see bench/contestant.ts.
use crossbeam_channel::bounded;
use std::io::{self, BufRead, Write};
use std::thread;
use std::time::Instant;

#[derive(Clone, Copy)]
struct Quote {
    id: u32,
    quantity: i32,
    bid: f64,
    ask: f64,
}

fn round(messages: u32, producers: u32) -> f64 {
    let (sender, receiver) = bounded::<Quote>(4096);
    let started = Instant::now();
    let threads: Vec<_> = (0..producers)
        .map(|_| {
            let sender = sender.clone();
            thread::spawn(move || {
                for id in 0..messages / producers {
                    let quote = Quote { id, quantity: 1, bid: f64::from(id) * 0.5, ask: f64::from(id) * 0.25 };
                    sender.send(quote).unwrap();
                }
            })
        })
        .collect();
    drop(sender);
    let mut sum = 0.0;
    let mut count = 0u32;
    for quote in receiver.iter() {
        sum += f64::from(quote.quantity) + quote.bid;
        count += 1;
        std::hint::black_box((quote.id, quote.ask));
    }
    let seconds = started.elapsed().as_secs_f64();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(count, messages / producers * producers);
    std::hint::black_box(sum);
    f64::from(count) / seconds / 1e6
}

fn main() {
    let producers: u32 = std::env::args().nth(1).map_or(1, |text| text.parse().unwrap());
    println!("{{\"ready\":true}}");
    for line in io::stdin().lock().lines() {
        let messages = line.unwrap().trim().parse().unwrap();
        println!("{{\"value\":{}}}", round(messages, producers));
        io::stdout().flush().unwrap();
    }
}
