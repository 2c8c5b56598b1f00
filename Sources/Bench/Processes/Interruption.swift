import Foundation
import Glibc

/// Cleaning up when the benchmark is told to end; the programs it has started end with it by themselves.
enum Interruption {
    /// Has a directory removed, and the program ended, by SIGINT, SIGTERM and SIGHUP.
    static func removesOnSignal(_ path: String) {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                try? FileManager.default.removeItem(atPath: path)
                exit(128 + number)
            }
            source.resume()
            // For as long as the program runs.
            _ = Unmanaged.passRetained(source as AnyObject)
        }
    }
}
