from pathlib import Path

from django.conf import settings
from django.db import migrations, models


def point_to_newest(apps, _schema_editor):
    """What was read until now: the newest file in each model's folder, or the one beside it."""
    root = Path(settings.CONFIGURATION.data_dir) / "facts"
    for file in [*sorted(root.glob("risks/*.parquet")), *sorted(root.glob("risks/*/*.parquet"))]:
        folder = file.parent
        model = file.stem if folder.name == "risks" else folder.name
        apps.get_model("figures", "RisksInUse").objects.update_or_create(
            model=model, defaults={"file": file.relative_to(root).as_posix()}
        )


class Migration(migrations.Migration):

    dependencies = [
        ('figures', '0004_checks_of_a_month'),
    ]

    operations = [
        migrations.CreateModel(
            name='RisksInUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.SlugField(unique=True)),
                ('file', models.CharField(max_length=200)),
            ],
        ),
        migrations.RunPython(point_to_newest, migrations.RunPython.noop),
        migrations.AddField(
            model_name='generation',
            name='shown',
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name='generation',
            name='shown',
            field=models.BooleanField(default=False),
        ),
    ]
