import Foundation
import GRDB
import Model

extension RelaySettings {
    /// The column `relay` of `listener`.
    var column: String? {
        get throws {
            guard self != .standard else { return nil }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

extension Row {
    func relay() throws -> RelaySettings {
        guard let text = self["relay"] as String? else { return .standard }
        return try JSONDecoder().decode(RelaySettings.self, from: Data(text.utf8))
    }
}
