import GRDB

/// The shape of the database, as a history: released steps are never edited, only followed by others.
///
/// Tables mirror the Model, so that `sqlite3 gate.sqlite` answers an operator's question. Times are
/// microseconds since 1970 in UTC (`datetime(readAt / 1000000, 'unixepoch')`). References are checked when
/// a transaction ends, because a changed row is deleted and inserted again. There is no column for a
/// private key.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 gate") { database in
            try database.execute(sql: Self.gate)
        }
        migrator.registerMigration("tls 1 security policies and certificates by name") { database in
            try database.execute(sql: Self.policiesAndCertificates)
        }
        migrator.registerMigration("targets 1 health checks") { database in
            // JSON; NULL for ELBv2's defaults.
            try database.execute(sql: "ALTER TABLE targetGroup ADD COLUMN healthCheck TEXT")
        }
        migrator.registerMigration("targets 2 algorithms") { database in
            try database.execute(
                sql: "ALTER TABLE targetGroup ADD COLUMN algorithm TEXT NOT NULL DEFAULT 'round_robin'"
            )
        }
        migrator.registerMigration("routing 1 rules") { database in
            try Self.addRules(database)
        }
        migrator.registerMigration("routing 2 transforms") { database in
            // JSON; NULL for none.
            try database.execute(sql: "ALTER TABLE rule ADD COLUMN transforms TEXT")
        }
        migrator.registerMigration("routing 3 name policies") { database in
            // JSON; NULL for none.
            try database.execute(sql: "ALTER TABLE listener ADD COLUMN namePolicies TEXT")
        }
        migrator.registerMigration("network load balancers") { database in
            try database.execute(sql: Self.network)
        }
        migrator.registerMigration("http2 1 a switch of load balancers") { database in
            try database.execute(sql: "ALTER TABLE loadBalancer ADD COLUMN http2 INTEGER NOT NULL DEFAULT 1")
        }
        migrator.registerMigration("load balancer attributes") { database in
            // JSON; NULL for a load balancer with nothing but defaults.
            try database.execute(sql: "ALTER TABLE loadBalancer ADD COLUMN attributes TEXT")
        }
        migrator.registerMigration("PROXY protocol of HTTP listeners") { database in
            // JSON; NULL for none.
            try database.execute(sql: "ALTER TABLE listener ADD COLUMN proxyProtocolSources TEXT")
        }
        migrator.registerMigration("http2 2 versions of target groups") { database in
            try database.execute(
                sql: "ALTER TABLE targetGroup ADD COLUMN protocolVersion TEXT NOT NULL DEFAULT 'HTTP1'"
            )
        }
        migrator.registerMigration("target group attributes") { database in
            // JSON; NULL for a group with nothing but defaults.
            try database.execute(sql: "ALTER TABLE targetGroup ADD COLUMN attributes TEXT")
        }
        migrator.registerMigration("changes that can be taken back") { database in
            // JSON; NULL in `delta` for a change that cannot be taken back, in `origin` for one of its own.
            try database.execute(
                sql: """
                    ALTER TABLE change ADD COLUMN delta TEXT;
                    ALTER TABLE change ADD COLUMN origin TEXT;

                    CREATE TABLE trial (
                        change INTEGER PRIMARY KEY REFERENCES change DEFERRABLE INITIALLY DEFERRED,
                        deadline INTEGER NOT NULL,
                        maximumRefusalPercent INTEGER
                    ) STRICT;
                    """
            )
        }
        migrator.registerMigration("targets 3 TLS") { database in
            try database.execute(sql: Self.targetTLS)
        }
        migrator.registerMigration("logs of load balancers") { database in
            // JSON; NULL for a load balancer without.
            try database.execute(sql: "ALTER TABLE loadBalancer ADD COLUMN logs TEXT")
        }
        migrator.registerMigration("targets drained by hand") { database in
            try database.execute(sql: "ALTER TABLE target ADD COLUMN drained INTEGER NOT NULL DEFAULT 0")
        }
        migrator.registerMigration("client requirements and identity headers") { database in
            // JSON; NULL for a listener with nothing but defaults.
            try database.execute(sql: "ALTER TABLE listener ADD COLUMN requirements TEXT")
            try database.execute(sql: "ALTER TABLE listener ADD COLUMN identityHeaders TEXT")
        }
        migrator.registerMigration("revocation lists") { database in
            // Lists themselves are files; `signers` and `notices` are JSON. NULL in `expiredLists` for `use`.
            try database.execute(
                sql: """
                    ALTER TABLE trustStore ADD COLUMN nextRevocationID INTEGER NOT NULL DEFAULT 1;
                    ALTER TABLE trustStore ADD COLUMN expiredLists TEXT;
                    ALTER TABLE trustStore ADD COLUMN isWatched INTEGER NOT NULL DEFAULT 0;

                    CREATE TABLE revocationList (
                        trustStore TEXT NOT NULL
                            REFERENCES trustStore ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                        id INTEGER NOT NULL,
                        issuer TEXT NOT NULL,
                        number TEXT,
                        entries INTEGER NOT NULL,
                        thisUpdate INTEGER NOT NULL,
                        nextUpdate INTEGER,
                        fingerprint TEXT NOT NULL,
                        path TEXT NOT NULL,
                        digest TEXT NOT NULL,
                        readAt INTEGER NOT NULL,
                        signers TEXT NOT NULL,
                        notices TEXT NOT NULL,
                        PRIMARY KEY (trustStore, id)
                    ) STRICT;
                    """
            )
        }
        migrator.registerMigration("functions") { database in
            // JSON; NULL where the group has targets.
            try database.execute(sql: "ALTER TABLE targetGroup ADD COLUMN function TEXT")
        }
        migrator.registerMigration("session resumption") { database in
            // JSON; NULL where nothing is resumed.
            try database.execute(sql: "ALTER TABLE listener ADD COLUMN sessionResumption TEXT")
        }
        return migrator
    }

    /// Conditions and actions are JSON; `actionDetails` is what an action has that no column holds, such as
    /// the groups of a forward whose `targetGroup` is NULL.
    ///
    /// The check on a listener's action can only be widened by making the table again (SQLite, "Making Other
    /// Kinds Of Table Schema Changes"); references are not enforced while a migration runs.
    private static func addRules(_ database: Database) throws {
        let definition = try String.fetchOne(
            database,
            sql: "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'listener'"
        )
        let narrow = " CHECK (action IN ('forward', 'fixed-response'))"
        guard let definition, definition.hasPrefix("CREATE TABLE listener "), definition.contains(narrow)
        else { throw RowError(description: "table listener is not as it was made") }
        let wide = definition.replacing(narrow, with: "")
            .replacing("CREATE TABLE listener ", with: "CREATE TABLE newListener ", maxReplacements: 1)
        try database.execute(sql: wide)
        try database.execute(
            sql: """
                INSERT INTO newListener SELECT * FROM listener;
                DROP TABLE listener;
                ALTER TABLE newListener RENAME TO listener;
                ALTER TABLE listener ADD COLUMN actionDetails TEXT;

                CREATE TABLE rule (
                    id TEXT PRIMARY KEY,
                    listener TEXT NOT NULL REFERENCES listener ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                    priority INTEGER NOT NULL,
                    conditions TEXT NOT NULL,
                    action TEXT NOT NULL,
                    UNIQUE (listener, priority)
                ) STRICT;
                """
        )
    }

    /// Without a policy a listener has the standard one.
    private static let policiesAndCertificates = """
        ALTER TABLE listener ADD COLUMN sslPolicy TEXT;

        CREATE TABLE listenerCertificate (
            listener TEXT NOT NULL REFERENCES listener ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
            position INTEGER NOT NULL,
            certificate TEXT NOT NULL REFERENCES certificate DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (listener, position)
        ) STRICT;
        """

    /// `relay` is JSON; null for a listener with nothing but defaults.
    private static let network = """
        ALTER TABLE listener ADD COLUMN relay TEXT;
        ALTER TABLE targetGroup ADD COLUMN proxyProtocolV2 INTEGER NOT NULL DEFAULT 0;
        """

    /// `targetVerification` is JSON; NULL where any certificate of a target will do.
    private static let targetTLS = """
        ALTER TABLE targetGroup ADD COLUMN clientCertificate TEXT
            REFERENCES certificate DEFERRABLE INITIALLY DEFERRED;
        ALTER TABLE targetGroup ADD COLUMN targetVerification TEXT;
        """

    private static let gate = """
        CREATE TABLE gate (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            generation INTEGER NOT NULL,
            workers INTEGER
        ) STRICT;
        INSERT INTO gate (id, generation) VALUES (1, 0);

        CREATE TABLE loadBalancer (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            type TEXT NOT NULL,
            address TEXT NOT NULL
        ) STRICT;

        CREATE TABLE trustStore (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            revision INTEGER NOT NULL,
            path TEXT NOT NULL,
            digest TEXT NOT NULL,
            readAt INTEGER NOT NULL,
            changedIn INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE caCertificate (
            trustStore TEXT NOT NULL REFERENCES trustStore ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
            position INTEGER NOT NULL,
            subject TEXT NOT NULL,
            issuer TEXT NOT NULL,
            serialNumber TEXT NOT NULL,
            notBefore INTEGER NOT NULL,
            notAfter INTEGER NOT NULL,
            fingerprint TEXT NOT NULL,
            keyDescription TEXT NOT NULL,
            pem TEXT NOT NULL,
            PRIMARY KEY (trustStore, position)
        ) STRICT;

        CREATE TABLE targetGroup (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            protocol TEXT NOT NULL
        ) STRICT;

        CREATE TABLE target (
            targetGroup TEXT NOT NULL REFERENCES targetGroup ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
            position INTEGER NOT NULL,
            address TEXT NOT NULL,
            port INTEGER NOT NULL,
            PRIMARY KEY (targetGroup, position)
        ) STRICT;

        CREATE TABLE certificate (
            id TEXT PRIMARY KEY,
            subject TEXT NOT NULL,
            issuer TEXT NOT NULL,
            serialNumber TEXT NOT NULL,
            notBefore INTEGER NOT NULL,
            notAfter INTEGER NOT NULL,
            fingerprint TEXT NOT NULL,
            keyDescription TEXT NOT NULL,
            chainPEM TEXT NOT NULL,
            path TEXT NOT NULL
        ) STRICT;

        CREATE TABLE listener (
            id TEXT PRIMARY KEY,
            loadBalancer TEXT NOT NULL REFERENCES loadBalancer DEFERRABLE INITIALLY DEFERRED,
            name TEXT NOT NULL UNIQUE,
            port INTEGER NOT NULL,
            protocol TEXT NOT NULL,
            certificate TEXT REFERENCES certificate DEFERRABLE INITIALLY DEFERRED,
            mode TEXT NOT NULL,
            trustStore TEXT REFERENCES trustStore DEFERRABLE INITIALLY DEFERRED,
            ignoreClientCertificateExpiry INTEGER NOT NULL,
            advertiseTrustStoreCaNames INTEGER NOT NULL,
            action TEXT NOT NULL CHECK (action IN ('forward', 'fixed-response')),
            targetGroup TEXT REFERENCES targetGroup DEFERRABLE INITIALLY DEFERRED,
            statusCode INTEGER,
            contentType TEXT,
            messageBody TEXT,
            changedIn INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE change (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            author TEXT NOT NULL,
            via TEXT NOT NULL,
            generation INTEGER NOT NULL,
            lines TEXT NOT NULL
        ) STRICT;
        """
}
